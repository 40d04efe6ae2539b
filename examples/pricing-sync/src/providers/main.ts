import { createServer } from 'node:http';
import { Directory } from './directory.ts';
import { PROVIDER_FAULTS, type ProviderFault } from './troubles.ts';

/** The outside world: a directory of providers, the providers, and the switch of what is wrong with them. */
const directory = new Directory();
await directory.open();

const server = createServer(async ({ method, url = '/' }, response) => {
  const reply = (status: number, body: unknown) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
  try {
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    const [, root, name] = pathname.split('/');
    if (root === 'providers') return reply(200, directory.list());
    if (root !== 'faults') return reply(404, { error: 'ask for /providers or /faults' });
    if (name !== undefined && !Object.hasOwn(PROVIDER_FAULTS, name))
      throw new Error(`no fault is called "${name}"`);
    const fault = name as ProviderFault | undefined;
    if (method === 'POST' && fault !== undefined)
      await directory.inject({ fault, ...optionsOf(fault, searchParams) });
    else if (method === 'DELETE') await directory.repair(fault);
    reply(200, { active: directory.faults(), known: PROVIDER_FAULTS });
  } catch (error) {
    reply(400, { error: (error as Error).message });
  }
});

function optionsOf(fault: ProviderFault, given: URLSearchParams) {
  const seconds = Number(given.get('seconds') ?? 5);
  if (!(seconds > 0 && seconds < 3_600)) throw new Error('seconds must be a number above 0');
  const provider = given.get('provider') ?? undefined;
  if (provider !== undefined && fault !== 'new-provider' && !directory.knows(provider))
    throw new Error(`no provider "${provider}"`);
  if (fault === 'new-provider' && directory.knows(provider ?? 'mistral'))
    throw new Error(`there is a provider "${provider ?? 'mistral'}" already`);
  return { seconds, provider };
}

server.listen(Number(process.env.PROVIDERS_PORT), '127.0.0.1');
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => {
    directory.close();
    server.close();
    server.closeAllConnections();
  });
