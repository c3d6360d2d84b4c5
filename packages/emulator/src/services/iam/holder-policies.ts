import type { AttachedPolicy } from '@aws-sdk/client-iam';
import { AwsError } from '../../gateway/aws-error.ts';
import { defineOperation, type OperationContext, type Permission } from '../../gateway/operation.ts';
import { checkDocument } from './check-document.ts';
import { listNames } from './list-names.ts';
import { placeOf, policyDocument } from './policies/any-policy.ts';
import { checkPolicyArn } from './policies/policy.ts';
import { encodeDocument, noSuchEntity } from './role.ts';

const MAX_ATTACHED = 10;

/** What users and groups have in common: policies of their own, and attached ones. */
export interface PolicyHolder {
  inlinePolicies: Record<string, string>;
  attachedPolicyArns: string[];
}

/** How the operations on the policies of one kind of holder find, change and save it. */
export interface HolderKind<Holder extends PolicyHolder, Name extends string> {
  /** As it is in messages: `user`. */
  kind: string;
  /** The member that names it: `UserName`. */
  nameMember: Name;
  /** Characters of all inline policies together, white space not counted. */
  maxInlineCharacters: number;
  attachmentQuota: string;
  access(context: OperationContext, name: string, keys?: Permission['context']): Permission[];
  require(context: OperationContext, name: string): Holder;
  /** The same, to be changed. */
  requireOwn(context: OperationContext, name: string): Holder;
  save(context: OperationContext, holder: Holder): void;
}

type Named<Name extends string> = { [Key in Name]: string | undefined };
type Paged = { Marker?: string | undefined; MaxItems?: number | undefined };

/** PutUserPolicy, GetUserPolicy, DeleteUserPolicy and ListUserPolicies, and the same of groups. */
export function inlinePolicyOperations<Holder extends PolicyHolder, Name extends string>(of: HolderKind<Holder, Name>) {
  type Target = Named<Name> & { PolicyName: string | undefined };
  const authorize = (input: Named<Name>, context: OperationContext) => of.access(context, input[of.nameMember]!);
  const missing = (name: string | undefined) => noSuchEntity(`The ${of.kind} policy with name ${name} cannot be found.`);
  return {
    put: defineOperation<Target & { PolicyDocument: string | undefined }, object>({
      authorize,
      handle(input, context) {
        const name = input[of.nameMember]!;
        const holder = of.requireOwn(context, name);
        checkDocument(input.PolicyDocument!, 'identity');
        const inlinePolicies = { ...holder.inlinePolicies, [input.PolicyName!]: input.PolicyDocument! };
        const size = Object.values(inlinePolicies).reduce((sum, text) => sum + text.replaceAll(/\s/g, '').length, 0);
        if (size > of.maxInlineCharacters)
          throw new AwsError(
            'LimitExceeded',
            409,
            `Maximum policy size of ${of.maxInlineCharacters} bytes exceeded for ${of.kind} ${name}`,
          );
        of.save(context, { ...holder, inlinePolicies });
        return {};
      },
    }),
    get: defineOperation<Target, object>({
      authorize,
      handle(input, context) {
        const document = of.require(context, input[of.nameMember]!).inlinePolicies[input.PolicyName!];
        if (document === undefined) throw missing(input.PolicyName);
        return { [of.nameMember]: input[of.nameMember], PolicyName: input.PolicyName, PolicyDocument: encodeDocument(document) };
      },
    }),
    delete: defineOperation<Target, object>({
      authorize,
      handle(input, context) {
        const holder = of.requireOwn(context, input[of.nameMember]!);
        const { [input.PolicyName!]: removed, ...inlinePolicies } = holder.inlinePolicies;
        if (removed === undefined) throw missing(input.PolicyName);
        of.save(context, { ...holder, inlinePolicies });
        return {};
      },
    }),
    list: defineOperation<Named<Name> & Paged, object>({
      authorize,
      handle(input, context) {
        const { inlinePolicies } = of.require(context, input[of.nameMember]!);
        const { names, ...page } = listNames(`${of.kind}-policies`, Object.keys(inlinePolicies), input);
        return { PolicyNames: names, ...page };
      },
    }),
  };
}

/** AttachUserPolicy, DetachUserPolicy and ListAttachedUserPolicies, and the same of groups. */
export function attachmentOperations<Holder extends PolicyHolder, Name extends string>(of: HolderKind<Holder, Name>) {
  type Target = Named<Name> & { PolicyArn: string | undefined };
  const authorize = (input: Target, context: OperationContext) =>
    of.access(context, input[of.nameMember]!, { 'iam:PolicyARN': input.PolicyArn! });
  return {
    attach: defineOperation<Target, object>({
      authorize,
      handle(input, context) {
        const holder = of.requireOwn(context, input[of.nameMember]!);
        const arn = input.PolicyArn!;
        checkPolicyArn(arn);
        if (policyDocument(context.emulator.store, context.accountId, arn) === undefined)
          throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
        if (holder.attachedPolicyArns.includes(arn)) return {};
        if (holder.attachedPolicyArns.length >= MAX_ATTACHED)
          throw new AwsError('LimitExceeded', 409, `Cannot exceed quota for ${of.attachmentQuota}: ${MAX_ATTACHED}`);
        of.save(context, { ...holder, attachedPolicyArns: [...holder.attachedPolicyArns, arn] });
        return {};
      },
    }),
    detach: defineOperation<Target, object>({
      authorize,
      handle(input, context) {
        const holder = of.requireOwn(context, input[of.nameMember]!);
        const arn = input.PolicyArn!;
        if (!holder.attachedPolicyArns.includes(arn)) throw noSuchEntity(`Policy ${arn} was not found.`);
        of.save(context, { ...holder, attachedPolicyArns: holder.attachedPolicyArns.filter((one) => one !== arn) });
        return {};
      },
    }),
    list: defineOperation<Named<Name> & Paged & { PathPrefix?: string | undefined }, object>({
      authorize: (input, context) => of.access(context, input[of.nameMember]!),
      handle(input, context) {
        const { attachedPolicyArns } = of.require(context, input[of.nameMember]!);
        return attachedPage(`attached-${of.kind}-policies`, attachedPolicyArns, input);
      },
    }),
  };
}

/** A page of the policies that are attached to somebody. */
export function attachedPage(kind: string, arns: readonly string[], input: Paged & { PathPrefix?: string | undefined }) {
  const wanted = arns.filter((arn) => arn.replace(/^[^/]*/, '').startsWith(input.PathPrefix ?? '/'));
  const byPlace = new Map(wanted.map((arn) => [placeOf(arn), arn]));
  const { names, ...page } = listNames(kind, [...byPlace.keys()], input);
  const policies = names.map((place): AttachedPolicy => {
    const arn = byPlace.get(place)!;
    return { PolicyArn: arn, PolicyName: arn.slice(arn.lastIndexOf('/') + 1) };
  });
  return { AttachedPolicies: policies, ...page };
}
