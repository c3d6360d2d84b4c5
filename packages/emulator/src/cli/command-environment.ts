/** What would be used beside our keys, and refused, or lead elsewhere. */
const DROPPED = new Set([
  'AWS_SESSION_TOKEN',
  'AWS_SECURITY_TOKEN',
  'AWS_CREDENTIAL_EXPIRATION',
  'AWS_ACCOUNT_ID',
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
]);

/** Each of them set so in a shell or in ~/.aws/config would lead to amazonaws.com; a variable wins over that file. */
const HERE = {
  AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'false',
  AWS_USE_FIPS_ENDPOINT: 'false',
  AWS_USE_DUALSTACK_ENDPOINT: 'false',
};

const PROXIES = ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'];
const LOOPBACK = ['127.0.0.1', 'localhost'];

/** The environment of a command that talks to an emulator: what its user has set, without what would lead the command past the emulator. */
export function commandEnvironment(shell: NodeJS.ProcessEnv, emulator: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const inherited = Object.entries(shell).filter(([name]) => !DROPPED.has(name) && !name.startsWith('AWS_ENDPOINT_URL_'));
  const { OPENAI_BASE_URL: _openAi, ...others } = emulator;
  // `new AzureOpenAI({ endpoint })` throws where there is a base URL of OpenAI as well.
  return { ...Object.fromEntries(inherited), ...HERE, ...withoutProxy(shell), ...(shell['AZURE_OPENAI_ENDPOINT'] ? others : emulator) };
}

/** Where there is a proxy: the names under which programs look for what is reached without it, with this machine among them. */
function withoutProxy(shell: NodeJS.ProcessEnv): Record<string, string> {
  if (!PROXIES.some((name) => shell[name])) return {};
  const { NO_PROXY: upper, no_proxy: lower } = shell;
  return { NO_PROXY: withLoopback(upper ?? lower), no_proxy: withLoopback(lower ?? upper) };
}

function withLoopback(list = ''): string {
  const hosts = list.split(',').map((host) => host.trim());
  // A star counts only alone, and then it counts for every host.
  if (hosts.join() === '*') return '*';
  return [...new Set([...hosts.filter(Boolean), ...LOOPBACK])].join();
}
