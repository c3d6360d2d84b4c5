export const usage = `agentcore-deploy COMMAND [options]

Commands
  plan       what a deployment would change; only reads
  deploy     make the account match the description
  status     what there is, and how it differs
  invoke     send one request: agentcore-deploy invoke --name my_agent '{"prompt":"Hello"}'
  logs       what it printed in the last hour, from CloudWatch Logs: --follow waits for more
  stop       end a session: agentcore-deploy stop --name my_agent --session ID
  destroy    delete what was deployed, and check that it is gone
  eject      write a Dockerfile and the bundle for a build of your own: --out DIRECTORY

The agent (or --config FILE: JSON, its entry as seen from that file, or a module that exports \`agent\`)
  --name NAME             letters, digits and _, at most 48
  --entry FILE            the file that starts it
  --region REGION         default: AWS_REGION, AWS_DEFAULT_REGION, the profile's
  --base IMAGE            default: public.ecr.aws/docker/library/node:22-slim
  --artifact image|zip    in ECR, on a base image (default), or in S3, for the platform's Node 22
  --image URI             an image of your own in ECR instead of --entry
  --credential NAME       an API-key provider that it may read; repeatable
  --env KEY=VALUE         repeatable; not for secrets
  --tag KEY=VALUE         repeatable
  --role ARN              a role of your own, used as it is
  --adopt                 take over resources that somebody else made

Options
  --json                  one JSON object a line
  --timeout SECONDS       default 600
  --journal FILE          note what deploy begins and finishes; give the same file to destroy
  --on-failure WHAT       keep (default) or rollback
  --dry-run               destroy: only say what would be deleted
  --user ID --session ID --qualifier NAME     invoke
`;
