export const HELP = `agentcore-local: AWS for agents, on this machine

  agentcore-local start                 serve until Ctrl-C
  agentcore-local exec -- COMMAND...    serve while COMMAND runs, with its environment pointing here
  agentcore-local status                is one running on the data directory?
  agentcore-local inventory             every resource of every account
  agentcore-local logs                  what agents printed
  agentcore-local access                what IAM was asked, by whom, and what it said
  agentcore-local reset                 end sessions, delete everything
  agentcore-local export FILE           write the state to a file
  agentcore-local import FILE           put such a file in place of the state

Options
  --port N          port on 127.0.0.1 (start: 4580; exec: any free one)
  --account ID      12 digits (123456789012)
  --region REGION   the region that clients are pointed at (us-west-2)
  --data DIR        where the state is kept (~/.agentcore-local)
  --ephemeral       keep nothing
  --iam off         let every signed request through (enforce)
  --isolation auto|none|bubblewrap|container
                    whether agents see this machine's files and processes (auto: not, where bwrap is installed)
  --container-engine ENGINE   of --isolation container: podman, or its path; AGENTCORE_CONTAINER_ARGS holds more arguments for it
  --group NAME      logs: only of this log group
  --follow          logs: wait for more
  --principal NAME  access: only of this role or user
  --denied          access: only what was denied
  --policy          access: the smallest policy that allows what --principal asked for
  --with-secrets    export: also the values of secrets, the key that opens them, and logs
  --json            machine-readable output
`;
