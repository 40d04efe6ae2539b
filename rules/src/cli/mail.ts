import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { withinSeconds } from '@sightglass/core/authors';
import { UsageError } from './usage.ts';

/** A mail, and where it goes. */
export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** The mail server: `smtp://USER@HOST:PORT`, or `smtps://` for TLS from the first byte. */
export interface SmtpServer {
  readonly url: URL;
  readonly password: string | undefined;
}

/** What is used of nodemailer. */
interface Nodemailer {
  createTransport(options: {
    readonly host: string;
    readonly port: number;
    readonly secure: boolean;
    readonly requireTLS: boolean;
    readonly auth?: { readonly user: string; readonly pass: string };
    readonly connectionTimeout: number;
    readonly greetingTimeout: number;
    readonly socketTimeout: number;
  }): { sendMail(mail: object): Promise<unknown>; close(): void };
}

const TIMEOUT_MS = 30_000;
/** Each answer has its limit, and all of them together: a server may answer letter by letter. */
const LONGEST_SECONDS = 120;
const PACKAGE = 'nodemailer';
/** By this name the password may come in the environment. */
export const PASSWORD_VARIABLE = 'SIGHTGLASS_SMTP_PASSWORD';

/** A mail server as it is named on the command line. A password there would be seen by everybody on the machine, so it comes from a file or from the environment. */
export function smtpServer(
  text: string,
  { passwordFile, folder }: { readonly passwordFile: string | undefined; readonly folder: string },
): SmtpServer {
  if (!URL.canParse(text) || !/^smtps?:\/\/./.test(text))
    throw new UsageError(
      `--smtp must be a mail server such as smtp://user@mail.example.org:587, not ${JSON.stringify(text.replace(/:[^:@/]*@/, ':…@'))}`,
    );
  const url = new URL(text);
  if (url.password !== '')
    throw new UsageError(
      `--smtp must not have a password in it: everybody on the machine sees it. Give --smtp-password-file FILE, or ${PASSWORD_VARIABLE} in the environment`,
    );
  const password =
    passwordFile === undefined
      ? process.env[PASSWORD_VARIABLE]
      : readFileSync(resolve(folder, passwordFile), 'utf8').trimEnd();
  if (url.username !== '' && password === undefined)
    throw new UsageError(
      `--smtp names a user, and no password: give --smtp-password-file FILE, or ${PASSWORD_VARIABLE} in the environment`,
    );
  return { url, password };
}

/** nodemailer as the project has it, else as this package's does. Throws when neither does. */
async function nodemailer(folder: string): Promise<Nodemailer> {
  for (const from of [pathToFileURL(join(folder, 'package.json')), import.meta.url]) {
    let found: string;
    try {
      found = createRequire(from).resolve(PACKAGE);
    } catch {
      continue;
    }
    const loaded = (await import(pathToFileURL(found).href)) as {
      readonly default?: Nodemailer;
    } & Nodemailer;
    return loaded.default ?? loaded;
  }
  throw new Error(`${PACKAGE} is not installed, which sends mails: npm install ${PACKAGE}`);
}

/** Sends a mail. TLS is asked for from every server but one on this machine. Throws in the server's words when it does not take it. */
export async function sendMail(mail: Mail, { url, password }: SmtpServer, folder: string): Promise<void> {
  const secure = url.protocol === 'smtps:';
  const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  const transport = (await nodemailer(folder)).createTransport({
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    requireTLS: !secure && !isHere,
    ...(url.username === ''
      ? {}
      : { auth: { user: decodeURIComponent(url.username), pass: password ?? '' } }),
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
  });
  try {
    await withinSeconds(LONGEST_SECONDS, async () => transport.sendMail({ ...mail, to: [...mail.to] }));
  } catch (error) {
    throw new Error(`${url.host} does not take the mail: ${(error as Error).message}`);
  } finally {
    transport.close();
  }
}
