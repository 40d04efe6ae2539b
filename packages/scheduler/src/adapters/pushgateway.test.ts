import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { DeclarationError } from '@sightglass/core';
import { expect, onTestFinished, test } from 'vitest';
import { declareJob } from '../job/declare.ts';
import { pushgateway } from './pushgateway.ts';

declareJob({ name: 'pushed', intervalSeconds: 60 });

/** A server that accepts, and then does with each connection what it is told. */
async function accepting(then: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    then(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const drip = (socket: Socket, text: string) => {
  const timer = setInterval(() => socket.write(text), 20);
  socket.on('close', () => clearInterval(timer));
};
const gateways: readonly (readonly [string, (socket: Socket) => void])[] = [
  ['never answers', () => {}],
  ['never ends its head', (socket) => drip(socket, 'HTTP/1.1 200 OK\r\nX-A: b\r\n'.slice(0, 1))],
  [
    'never ends the text of its refusal',
    (socket) => {
      socket.write('HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: chunked\r\n\r\n');
      drip(socket, '1\r\nx\r\n');
    },
  ],
  [
    'says the length of an answer and does not send it',
    (socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n'),
  ],
];

test.each(gateways)(
  'B4: a Pushgateway that %s costs the time that was granted, and no more',
  async (_, then) => {
    const url = await accepting(then);
    await expect(pushgateway(url, { job: 'x', timeoutSeconds: 0.2 })()).rejects.toThrow();
  },
);

test('B4: nothing of the exchange keeps the process', async () => {
  const url = await accepting(() => {});
  const code = `
    import { declareJob, pushgateway } from '@sightglass/scheduler';
    declareJob({ name: 'alone', intervalSeconds: 60 });
    await pushgateway(${JSON.stringify(url)}, { job: 'x', timeoutSeconds: 0.2 })().catch(() => {});
  `;
  const child = spawn(
    process.execPath,
    ['--conditions=@sightglass/source', '--input-type=module', '-e', code],
    {
      cwd: new URL('../../../../test', import.meta.url),
      stdio: 'inherit',
    },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  expect(await once(child, 'close')).toEqual([0, null]);
});

test('an abort from outside ends the exchange', async () => {
  const outside = new AbortController();
  const url = await accepting(() => outside.abort(new Error('enough')));
  await expect(pushgateway(url, { job: 'x' })(outside.signal)).rejects.toThrow('enough');
});

test('the time is 10 s unless told otherwise; a time that is none is refused', () => {
  expect(() => pushgateway('http://gateway:9091', { job: 'x', timeoutSeconds: 0 })).toThrow('timeoutSeconds');
});

/** A gateway that answers by what its path is. */
async function answering(answers: { readonly [path: string]: readonly [status: number, location?: string] }) {
  const seen: string[] = [];
  const server = createHttpServer((request, response) => {
    const [status, location] = answers[request.url!.split('/')[1]!] ?? [200];
    const name = request.headers.authorization === undefined ? '' : ' with credentials';
    seen.push(`${request.method} ${request.url!.split('/')[1]}${name}`);
    request
      .resume()
      .on('end', () => response.writeHead(status, location === undefined ? {} : { location }).end());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { seen, port };
}

test.each([301, 302, 303])('B4: what was sent elsewhere by a %i is not taken for pushed', async (status) => {
  const { seen, port } = await answering({ metrics: [status, '/login'] });
  const pushed = pushgateway(`http://127.0.0.1:${port}`, { job: 'x' })();
  await expect(pushed).rejects.toThrow(`answered ${status} (moved to /login: give that address)`);
  expect(seen).toEqual(['POST metrics']);
});

test.each([307, 308])(
  'B4: a %i is followed with all that was sent, and credentials stay where they belong',
  async (status) => {
    const other = await answering({});
    const elsewhere = `http://localhost:${other.port}/there`;
    const { seen, port } = await answering({ metrics: [status, '/moved'], moved: [status, elsewhere] });
    await pushgateway(`http://u:p@127.0.0.1:${port}`, { job: 'x' })();
    expect(seen).toEqual(['POST metrics with credentials', 'POST moved with credentials']);
    expect(other.seen).toEqual(['POST there']);
    const loop = await answering({ metrics: [status, '/metrics'] });
    await expect(pushgateway(`http://127.0.0.1:${loop.port}`, { job: 'x' })()).rejects.toThrow('moved');
  },
);

test.each<[string, object]>([
  ['localhost:9091', { job: 'x' }],
  ['ftp://gateway', { job: 'x' }],
  ['http://gateway', { job: '' }],
  ['http://gateway', { job: 'x', labels: { job: 'y' } }],
  ['http://gateway', { job: 'x', labels: { 'a/b': 'y' } }],
  ['http://gateway', { job: 'x', labels: { __name__: 'y' } }],
  ['http://gateway', { job: 'x', labels: 'ab' }],
])('what no gateway takes is refused when it is declared: %s, %o', (url, options) => {
  expect(() => pushgateway(url, options as never)).toThrow(DeclarationError);
});

test('a user and password in the address are sent as basic auth, and not in the address', async () => {
  const seen: unknown[] = [];
  const server = createHttpServer((request, response) => {
    seen.push(request.headers.authorization, request.url);
    request.resume().on('end', () => response.writeHead(202).end());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  await pushgateway(`http://svc:p%40ss@127.0.0.1:${port}/gateway/`, { job: 'x' })();
  expect(seen).toEqual([
    `Basic ${Buffer.from('svc:p@ss').toString('base64')}`,
    '/gateway/metrics/job@base64/eA',
  ]);
});
