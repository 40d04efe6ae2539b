import { createServer, type Server } from 'node:http';
import { type Faults, SERVICE_FAULTS, type ServiceFault } from './faults.ts';
import { PROVIDER_FAULTS, type ProviderFault } from './providers/troubles.ts';

/** Everything that can be broken. */
export const FAULTS = { ...PROVIDER_FAULTS, ...SERVICE_FAULTS };
export type FaultName = ProviderFault | ServiceFault;

/** Something is wrong with the request; the message says what. */
class BadRequest extends Error {}

/**
 * Serves the switch of the faults on localhost, for tests and demonstrations:
 * `GET /faults`, `POST /faults/<name>?provider=…`, `DELETE /faults/<name>`, `DELETE /faults`. What is wrong with the providers is passed on to them.
 */
export async function startControl(port: number, faults: Faults, providersUrl: string): Promise<Server> {
  await faults.reset();
  const server = createServer(async ({ method = 'GET', url = '/' }, response) => {
    const reply = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
    try {
      const { pathname, search, searchParams } = new URL(url, 'http://localhost');
      const [, root, name] = pathname.split('/');
      if (root !== 'faults') throw new BadRequest('ask for /faults');
      if (name !== undefined && !Object.hasOwn(FAULTS, name))
        throw new BadRequest(`no fault is called "${name}", only ${Object.keys(FAULTS).join(', ')}`);
      const isOurs = name !== undefined && Object.hasOwn(SERVICE_FAULTS, name);
      if (method === 'POST' && isOurs) await faults.inject(name as ServiceFault, optionsOf(searchParams));
      else if (method === 'DELETE' && (isOurs || name === undefined))
        await faults.repair(name as ServiceFault);
      const path = isOurs ? '/faults' : `${pathname}${search}`;
      const atProviders = await ask(`${providersUrl}${path}`, isOurs ? 'GET' : method);
      reply(200, {
        active: { ...atProviders, ...Object.fromEntries(faults.list().map((fault) => [fault, {}])) },
        known: FAULTS,
      });
    } catch (error) {
      reply(error instanceof BadRequest ? 400 : 500, { error: (error as Error).message });
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  return server;
}

/** The faults that are active at the providers after the request. */
async function ask(url: string, method: string): Promise<object> {
  const response = await fetch(url, { method, signal: AbortSignal.timeout(10_000) });
  const { active, error } = (await response.json()) as { active: object; error?: string };
  if (error !== undefined) throw new BadRequest(error);
  return active;
}

function optionsOf(given: URLSearchParams) {
  const megabytes = Number(given.get('megabytes') ?? 500);
  if (!(Number.isInteger(megabytes) && megabytes > 0))
    throw new BadRequest('megabytes must be a whole number above 0');
  return { megabytes };
}
