import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface Measured {
  ms: number;
  rssMb: number;
  /** Processor time of the process itself (esbuild's own process not counted): holds still when the machine is busy. */
  cpuMs: number;
}

/** Runs a program to its end: wall time from spawn to exit, and the peak of its resident memory as Linux counts it. */
export async function measure(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<Measured> {
  const started = performance.now();
  // VmHWM and not getrusage: the latter starts with what the parent had when it forked.
  const script = `import{readFileSync}from'node:fs';process.on('exit',()=>{const{user,system}=process.cpuUsage();console.error('rss='+/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status','utf8'))[1]+' cpu='+(user+system))})`;
  const preload = `data:text/javascript,${encodeURIComponent(script)}`;
  const child = spawn(process.execPath, ['--import', preload, ...args], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let rss = '';
  let cpu = '';
  const said: string[] = [];
  const reading = (async () => {
    for await (const line of createInterface({ input: child.stderr })) {
      const figures = /^rss=(\d+) cpu=(\d+)$/.exec(line);
      if (figures) [, rss = '', cpu = ''] = figures;
      else said.push(line);
    }
  })();
  const status = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  const ms = performance.now() - started;
  await reading;
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${String(status)}: ${said.join('\n')}`);
  return { ms, rssMb: Number(rss) / 1024, cpuMs: Number(cpu) / 1000 };
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
