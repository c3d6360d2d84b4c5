import { spawn } from 'node:child_process';
import { IdentityError } from '../errors.ts';

/** A program and its first arguments; the URL becomes the last one. */
export type BrowserCommand = readonly [program: string, ...args: string[]];

/**
 * Opens the user's browser with `url`: `open` on macOS, the URL handler on Windows, `xdg-open` elsewhere.
 *
 * @param url - http or https; handed over as one argument and never to a shell
 * @throws IdentityError INVALID_ARGUMENT for another kind of URL, BROWSER_FAILED where no browser can be started
 */
export async function openBrowser(url: string, command: BrowserCommand = commandOf(process.platform)): Promise<void> {
  if (!/^https?:$/.test(protocolOf(url))) throw new IdentityError('INVALID_ARGUMENT', 'Only http and https URLs are opened in a browser.');
  const [program, ...args] = command;
  const child = spawn(program, [...args, url], { stdio: 'ignore', detached: true });
  await new Promise<void>((resolve, reject) => {
    const failed = (cause: unknown): void => {
      clearTimeout(settled);
      reject(new IdentityError('BROWSER_FAILED', `No browser could be opened with ${program}. Open the link by hand.`, { cause }));
    };
    // Some openers stay as long as the browser does: one that has not failed by now has opened it.
    const settled = setTimeout(resolve, 3_000);
    child.once('error', failed);
    child.once('exit', (code, signal) => {
      clearTimeout(settled);
      if (code === 0) resolve();
      else failed(new Error(`${program} ended with ${code ?? signal}`));
    });
  });
  child.unref();
}

function commandOf(platform: NodeJS.Platform): BrowserCommand {
  if (platform === 'darwin') return ['open'];
  return platform === 'win32' ? ['rundll32', 'url.dll,FileProtocolHandler'] : ['xdg-open'];
}

function protocolOf(url: string): string {
  try {
    return new URL(url).protocol;
  } catch (error) {
    throw new IdentityError('INVALID_ARGUMENT', 'What is to be opened in a browser is not a URL.', { cause: error });
  }
}
