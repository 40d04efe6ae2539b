import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';

/** Runs a program that sets no logger, and gives its lines of stderr. */
async function stderrOf(
  code: string,
): Promise<{ readonly code: unknown; readonly lines: readonly string[] }> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(OTEL_|NODE_OPTIONS$)/.test(name));
  const child = spawn(
    process.execPath,
    ['--conditions=@sightglass/source', '--input-type=module', '-e', code],
    {
      cwd: import.meta.dirname,
      env: Object.fromEntries(inherited),
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  const [ended] = await once(child, 'close');
  return { code: ended, lines: text.split('\n').filter((line) => line !== '') };
}

test('A16: without a logger, a job of every() that throws is one line on stderr', async () => {
  const { code, lines } = await stderrOf(`
    import { declareJob, every } from '@sightglass/scheduler';
    const job = declareJob({ name: 'quiet', intervalSeconds: 0.05 });
    const timer = every(job, () => {
      setImmediate(timer.stop);
      throw new Error('no route to postgres://svc:hunter2@db');
    });
  `);
  // A machine that is so slow that the next start is missed says that too.
  const failed = lines.map((line) => JSON.parse(line)).filter(({ level }) => level === 'error');
  expect([code, failed.length]).toEqual([0, 1]);
  expect(failed[0]).toMatchObject({
    job_name: 'quiet',
    msg: 'job: failed',
    err: { message: 'no route to postgres://svc:[redacted]@db' },
  });
});

test('A16: without a logger, a Pushgateway that is down is one line on stderr, and the exit stays 0', async () => {
  const { code, lines } = await stderrOf(`
    import { once } from 'node:events';
    import { createServer } from 'node:net';
    import { declareJob, pushgateway, runOnce } from '@sightglass/scheduler';
    const job = declareJob({ name: 'once', intervalSeconds: 60 });
    const free = createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    const { port } = free.address();
    free.close();
    await runOnce(job, () => 1, { flush: pushgateway('http://127.0.0.1:' + port, { job: 'once' }) });
  `);
  expect([code, lines.length]).toEqual([0, 1]);
  expect(JSON.parse(lines[0]!)).toMatchObject({
    level: 'error',
    job_name: 'once',
    msg: 'What the run measured could not be sent',
    err: { cause: { code: 'ECONNREFUSED' } },
  });
});
