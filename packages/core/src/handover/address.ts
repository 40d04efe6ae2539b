/** Where the process that serves for all can be reached; handed on to its children in their environment. */
export interface Address {
  /** Of the socket. */
  readonly path: string;
  /** Known to those alone who were handed the address. */
  readonly token: string;
  /** Which service is served: another one that is started by a process of this serves itself. */
  readonly service: string;
  /** The port of the one that serves, as it was asked for; a child that asks for another one serves itself. */
  readonly port: number | undefined;
  readonly handOverSeconds: number;
}

/** The variable that holds the address. */
export const ADDRESS_VARIABLE = 'SIGHTGLASS_PROCESSES';

/** The address that this process was handed by its parent; undefined when it was not, or something else is there. */
export function givenAddress(env: { readonly [name: string]: string | undefined }): Address | undefined {
  const text = env[ADDRESS_VARIABLE];
  if (text === undefined || text === '') return undefined;
  try {
    const { path, token, service, port, handOverSeconds } = JSON.parse(text) as {
      [K in keyof Address]: unknown;
    };
    if (typeof path !== 'string' || typeof token !== 'string' || typeof service !== 'string')
      return undefined;
    return {
      path,
      token,
      service,
      port: typeof port === 'number' ? port : undefined,
      handOverSeconds: typeof handOverSeconds === 'number' && handOverSeconds > 0 ? handOverSeconds : 1,
    };
  } catch {
    return undefined;
  }
}

export function addressText(address: Address): string {
  return JSON.stringify(address);
}

/** The address of whoever serves at a path where processes meet. */
export function meetingAddress(
  path: string,
  what: Pick<Address, 'service' | 'port' | 'handOverSeconds'>,
): Address {
  const { service, port, handOverSeconds } = what;
  return { path, token: '', service, port, handOverSeconds };
}
