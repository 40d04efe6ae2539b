import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { forget, seriesOf } from '../series.support.ts';
import { httpServerRequestDuration, httpServerUpgradedConnections, httpServerUpgrades } from './metrics.ts';
import { setHttpRoute } from './route.ts';
import { observeHttpServer } from './server.ts';

let stop: () => void;
let server: Server;
let port: number;
const sockets: Socket[] = [];

beforeEach(async () => {
  for (const metric of [httpServerRequestDuration, httpServerUpgrades, httpServerUpgradedConnections])
    forget(metric);
  stop = observeHttpServer();
  server = createServer((_request, response) => response.end('plain')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterEach(async () => {
  stop();
  for (const socket of sockets.splice(0)) socket.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** Asks for an upgrade, and gives the first line of the answer and the connection. */
async function upgrade(path: string, to = 'websocket') {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: ${to}\r\n\r\n`);
  const [answer] = await once(socket, 'data');
  return { line: String(answer).split('\r\n')[0], socket };
}

test('upgrades are counted by route and protocol, and those that are open', async () => {
  server.on('upgrade', (request, socket) => {
    // As who speaks the other protocol does: it reads, and ends with the client.
    socket
      .on('error', () => {})
      .on('end', () => socket.destroy())
      .resume();
    if (request.url?.startsWith('/rooms/')) setHttpRoute(request, '/rooms/:room');
    if (request.url === '/refused') socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n');
    else socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n\r\n');
  });
  const [one, two, refused, other] = [
    await upgrade('/rooms/secret1'),
    await upgrade('/rooms/secret2', 'WebSocket'),
    await upgrade('/refused'),
    await upgrade('/x', 'made-up'),
  ];
  expect(one.line).toBe('HTTP/1.1 101 Switching Protocols');
  expect(refused.line).toBe('HTTP/1.1 401 Unauthorized');
  await vi.waitFor(() =>
    expect(seriesOf(httpServerUpgrades)).toEqual({
      'http_route=/rooms/:room network_protocol_name=websocket': 2,
      'network_protocol_name=websocket': 1,
      'network_protocol_name=_OTHER': 1,
    }),
  );
  await vi.waitFor(() =>
    expect(seriesOf(httpServerUpgradedConnections)).toEqual({
      'network_protocol_name=websocket': 2,
      'network_protocol_name=_OTHER': 1,
    }),
  );
  for (const { socket } of [one, two, other]) socket.destroy();
  await vi.waitFor(() => expect(Object.values(seriesOf(httpServerUpgradedConnections))).toEqual([0, 0]));
  expect(seriesOf(httpServerRequestDuration)).toEqual({});
});

test('a server that nobody upgrades answers as it would, also when the host no longer listens', async () => {
  const plain = async () => (await upgrade('/')).line;
  expect(await plain()).toBe('HTTP/1.1 200 OK');
  const listener = (_request: unknown, socket: { end(text: string): void }) =>
    socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n');
  server.on('upgrade', listener as never);
  expect(await plain()).toBe('HTTP/1.1 101 Switching Protocols');
  server.off('upgrade', listener as never);
  expect(server.listenerCount('upgrade')).toBe(0);
  expect(await plain()).toBe('HTTP/1.1 200 OK');
  expect(seriesOf(httpServerUpgrades)).toEqual({ 'network_protocol_name=websocket': 1 });
});
