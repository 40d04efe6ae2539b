import { createServer, type IncomingMessage, type Server } from 'node:http';
import { FAULTS, type FaultName, type FaultOptions, type Faults } from './faults.ts';

/** Something is wrong with the request; the message says what. */
class BadRequest extends Error {}

/** Serves the switch of the faults on localhost: `GET /faults`, `POST /faults/<name>?seconds=…`, `DELETE /faults/<name>`, `DELETE /faults`. Every answer is the list of what is active. */
export async function startControl(port: number, faults: Faults): Promise<Server> {
  const server = createServer(async (request, response) => {
    const reply = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
    try {
      await handle(request, faults);
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

async function handle({ method, url }: IncomingMessage, faults: Faults): Promise<void> {
  const { pathname, searchParams } = new URL(url ?? '/', 'http://localhost');
  const [, root, name] = pathname.split('/');
  if (root !== 'faults') throw new BadRequest('ask for /faults');
  if (name !== undefined && !Object.hasOwn(FAULTS, name))
    throw new BadRequest(`no fault is called "${name}", only ${Object.keys(FAULTS).join(', ')}`);
  if (method === 'POST' && name !== undefined)
    await faults.inject(name as FaultName, optionsOf(searchParams));
  else if (method === 'DELETE') await faults.repair(name as FaultName | undefined);
  else if (method !== 'GET') throw new BadRequest('GET, POST /faults/<name> or DELETE');
}

function optionsOf(given: URLSearchParams): FaultOptions {
  const number = (name: string, otherwise: number, most: number) => {
    const value = Number(given.get(name) ?? otherwise);
    if (value > 0 && value <= most) return value;
    throw new BadRequest(`${name} must be a number above 0 and not above ${most}`);
  };
  return { share: number('share', 0.3, 1), seconds: number('seconds', 1, 3_600) };
}
