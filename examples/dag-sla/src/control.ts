import { createServer, type IncomingMessage, type Server } from 'node:http';
import { FAULTS, type FaultName, type FaultOptions, type Faults } from './faults.ts';

/** Something is wrong with the request; the message says what. */
class BadRequest extends Error {}

/**
 * Serves the switch of the faults on localhost, for tests and demonstrations:
 * `GET /faults`, `POST /faults/<name>?seconds=…`, `DELETE /faults/<name>`, `DELETE /faults`. Every answer is the list of what is active, which is nothing at first.
 */
export async function startControl(port: number, faults: Faults): Promise<Server> {
  const server = createServer((request, response) => {
    const reply = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
    try {
      handle(request, faults);
      reply(200, { active: faults.list(), known: FAULTS });
    } catch (error) {
      reply(error instanceof BadRequest ? 400 : 500, { error: (error as Error).message });
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  return server;
}

function handle({ method, url }: IncomingMessage, faults: Faults): void {
  const { pathname, searchParams } = new URL(url ?? '/', 'http://localhost');
  const [, root, name] = pathname.split('/');
  if (root !== 'faults') throw new BadRequest('ask for /faults');
  if (name !== undefined && !Object.hasOwn(FAULTS, name))
    throw new BadRequest(`no fault is called "${name}", only ${Object.keys(FAULTS).join(', ')}`);
  if (method === 'POST' && name !== undefined) faults.inject(name as FaultName, optionsOf(searchParams));
  else if (method === 'DELETE') faults.repair(name as FaultName | undefined);
  else if (method !== 'GET') throw new BadRequest('GET, POST /faults/<name> or DELETE');
}

function optionsOf(given: URLSearchParams): FaultOptions {
  const seconds = Number(given.get('seconds') ?? 2);
  if (seconds > 0 && seconds <= 86_400) return { seconds };
  throw new BadRequest('seconds must be a number above 0 and not above 86400');
}
