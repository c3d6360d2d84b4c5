import type {
  AddClientIDToOpenIDConnectProviderCommandInput,
  AddClientIDToOpenIDConnectProviderCommandOutput,
  CreateOpenIDConnectProviderCommandInput,
  CreateOpenIDConnectProviderCommandOutput,
  DeleteOpenIDConnectProviderCommandInput,
  DeleteOpenIDConnectProviderCommandOutput,
  GetOpenIDConnectProviderCommandInput,
  GetOpenIDConnectProviderCommandOutput,
  ListOpenIDConnectProvidersCommandInput,
  ListOpenIDConnectProvidersCommandOutput,
  ListOpenIDConnectProviderTagsCommandInput,
  ListOpenIDConnectProviderTagsCommandOutput,
  RemoveClientIDFromOpenIDConnectProviderCommandInput,
  RemoveClientIDFromOpenIDConnectProviderCommandOutput,
  TagOpenIDConnectProviderCommandInput,
  TagOpenIDConnectProviderCommandOutput,
  UntagOpenIDConnectProviderCommandInput,
  UntagOpenIDConnectProviderCommandOutput,
  UpdateOpenIDConnectProviderThumbprintCommandInput,
  UpdateOpenIDConnectProviderThumbprintCommandOutput,
} from '@aws-sdk/client-iam';
import { AwsError } from '../../../gateway/aws-error.ts';
import { defineOperation, type OperationContext } from '../../../gateway/operation.ts';
import { iamArn, iamScope } from '../iam-scope.ts';
import { checkTags, listTags, mergeTags } from '../tags.ts';
import {
  findOidcProvider,
  issuerName,
  OIDC_PROVIDER,
  providerAccess,
  requireOidcProvider,
  saveOidcProvider,
  type OidcProviderItem,
} from './oidc-provider.ts';

const MAX_CLIENT_IDS = 100;

/** Every operation but two names the provider by its ARN. */
const authorize = (input: { OpenIDConnectProviderArn: string | undefined }, context: OperationContext) =>
  providerAccess(context, input.OpenIDConnectProviderArn!);

function change(
  context: OperationContext,
  arn: string | undefined,
  changed: (provider: OidcProviderItem) => Partial<OidcProviderItem>,
): object {
  const { provider, issuer } = requireOidcProvider(context, arn!);
  saveOidcProvider(context, issuer, { ...provider, ...changed(provider) });
  return {};
}

export const createOpenIdConnectProvider = defineOperation<
  CreateOpenIDConnectProviderCommandInput,
  CreateOpenIDConnectProviderCommandOutput
>({
  authorize: (input, context) => [{ resources: [iamArn(context, `oidc-provider/${issuerName(input.Url!)}`)] }],
  handle({ Url: url = '', ClientIDList: clientIds = [], ThumbprintList: thumbprints = [], Tags: tags = [] }, context) {
    const { emulator, accountId } = context;
    const issuer = issuerName(url);
    checkTags(tags);
    if (findOidcProvider(emulator.store, accountId, issuer))
      throw new AwsError('EntityAlreadyExists', 409, `Provider with url ${url} already exists.`);
    const arn = iamArn(context, `oidc-provider/${issuer}`);
    // Thumbprints are kept and not compared: AWS, too, trusts the issuers whose certificates a known authority signed.
    saveOidcProvider(context, issuer, {
      arn,
      url,
      clientIds: [...new Set(clientIds)],
      thumbprints,
      createDate: emulator.now().toISOString(),
      tags,
    });
    return { OpenIDConnectProviderArn: arn, ...(tags.length > 0 ? { Tags: tags } : {}) };
  },
});

export const getOpenIdConnectProvider = defineOperation<GetOpenIDConnectProviderCommandInput, GetOpenIDConnectProviderCommandOutput>({
  authorize,
  handle(input, context) {
    const { provider, issuer } = requireOidcProvider(context, input.OpenIDConnectProviderArn!);
    return {
      // Without its scheme, unlike in the request.
      Url: issuer,
      ClientIDList: provider.clientIds,
      ThumbprintList: provider.thumbprints,
      CreateDate: new Date(provider.createDate),
      ...(provider.tags.length > 0 ? { Tags: provider.tags } : {}),
    };
  },
});

export const listOpenIdConnectProviders = defineOperation<ListOpenIDConnectProvidersCommandInput, ListOpenIDConnectProvidersCommandOutput>({
  authorize: (_input, context) => [{ resources: [iamArn(context, 'oidc-provider/*')] }],
  handle: (_input, { emulator, accountId }) => ({
    OpenIDConnectProviderList: emulator.store.items
      .list<OidcProviderItem>(OIDC_PROVIDER, iamScope(accountId))
      .map(({ value }) => ({ Arn: value.arn })),
  }),
});

export const deleteOpenIdConnectProvider = defineOperation<
  DeleteOpenIDConnectProviderCommandInput,
  DeleteOpenIDConnectProviderCommandOutput
>({
  authorize,
  handle(input, context) {
    const { issuer } = requireOidcProvider(context, input.OpenIDConnectProviderArn!);
    context.emulator.store.items.delete(OIDC_PROVIDER, iamScope(context.accountId), issuer);
    return {};
  },
});

export const addClientIdToOpenIdConnectProvider = defineOperation<
  AddClientIDToOpenIDConnectProviderCommandInput,
  AddClientIDToOpenIDConnectProviderCommandOutput
>({
  authorize,
  handle: (input, context) =>
    change(context, input.OpenIDConnectProviderArn, ({ clientIds }) => {
      const all = [...new Set([...clientIds, input.ClientID!])];
      if (all.length > MAX_CLIENT_IDS)
        throw new AwsError('LimitExceeded', 409, `Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: ${MAX_CLIENT_IDS}`);
      return { clientIds: all };
    }),
});

export const removeClientIdFromOpenIdConnectProvider = defineOperation<
  RemoveClientIDFromOpenIDConnectProviderCommandInput,
  RemoveClientIDFromOpenIDConnectProviderCommandOutput
>({
  authorize,
  handle: (input, context) =>
    change(context, input.OpenIDConnectProviderArn, ({ clientIds }) => ({ clientIds: clientIds.filter((id) => id !== input.ClientID) })),
});

export const updateOpenIdConnectProviderThumbprint = defineOperation<
  UpdateOpenIDConnectProviderThumbprintCommandInput,
  UpdateOpenIDConnectProviderThumbprintCommandOutput
>({
  authorize,
  handle: (input, context) => change(context, input.OpenIDConnectProviderArn, () => ({ thumbprints: input.ThumbprintList ?? [] })),
});

export const tagOpenIdConnectProvider = defineOperation<TagOpenIDConnectProviderCommandInput, TagOpenIDConnectProviderCommandOutput>({
  authorize,
  handle: (input, context) => change(context, input.OpenIDConnectProviderArn, ({ tags }) => ({ tags: mergeTags(tags, input.Tags ?? []) })),
});

export const untagOpenIdConnectProvider = defineOperation<UntagOpenIDConnectProviderCommandInput, UntagOpenIDConnectProviderCommandOutput>({
  authorize,
  handle: (input, context) =>
    change(context, input.OpenIDConnectProviderArn, ({ tags }) => ({ tags: tags.filter((tag) => !input.TagKeys?.includes(tag.Key!)) })),
});

export const listOpenIdConnectProviderTags = defineOperation<
  ListOpenIDConnectProviderTagsCommandInput,
  ListOpenIDConnectProviderTagsCommandOutput
>({
  authorize,
  handle: (input, context) =>
    listTags('oidc-provider-tags', requireOidcProvider(context, input.OpenIDConnectProviderArn!).provider.tags, input),
});
