import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { type WaitOptions, waitUntil } from './wait.ts';

/** A mail as it arrived. */
export interface Mail {
  /** Of the envelope. */
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  /** Empty when it has no such part. */
  readonly html: string;
}

export interface SmtpSink {
  /** Host and port. */
  readonly address: string;
  /** What was taken, in the order it came; grows as it comes. */
  readonly received: readonly Mail[];
  waitFor(predicate: (mail: Mail) => boolean, options: WaitOptions): Promise<Mail>;
  stop(): Promise<void>;
}

/** Starts a mail server on a free loopback port that takes mail from this user alone, and only receives. */
export async function startSmtpSink(user: string, password: string): Promise<SmtpSink> {
  const received: Mail[] = [];
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: ({ username, password: given }, _session, done) =>
      username === user && given === password
        ? done(null, { user })
        : done(new Error('535 wrong user or password')),
    onData: async (stream, { envelope }, done) => {
      try {
        const { subject = '', text = '', html = '' } = await PostalMime.parse(await buffer(stream));
        const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
        received.push({ from, to: envelope.rcptTo.map(({ address }) => address), subject, text, html });
        done();
      } catch (error) {
        done(error as Error);
      }
    },
  });
  // A client that breaks off, in the middle of a mail too, is its own affair.
  server.on('error', () => {});
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  return {
    address: `127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    received,
    waitFor: (predicate, options) => waitUntil(() => received.find(predicate), options),
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}
