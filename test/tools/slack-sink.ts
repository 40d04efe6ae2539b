import { type Post, type PostSink, startPostSink, type Verdict } from './post-sink.ts';

/** A message of Slack's incoming webhooks, as Alertmanager writes it. */
export interface SlackMessage {
  /** The channel that the webhook was made for: that of a Slack app writes there, whatever channel the message asks for. */
  readonly channel: string;
  readonly attachments: readonly {
    readonly title: string;
    readonly title_link?: string;
    readonly text: string;
    readonly fallback: string;
    readonly color: string;
  }[];
}

/** The paths of the webhooks that the sink knows. */
export const SLACK_PATHS = {
  critical: '/services/T00000000/B00000000/critical',
  warning: '/services/T00000000/B11111111/warning',
} as const;

const CHANNELS: { readonly [path: string]: string } = {
  [SLACK_PATHS.critical]: '#platform-critical',
  [SLACK_PATHS.warning]: '#platform-warnings',
};

/** Starts a server that takes what an incoming webhook of Slack takes, and refuses what it refuses: a wrong address, a message of nothing. */
export const startSlackSink = (): Promise<PostSink<SlackMessage>> => startPostSink(judge);

function judge({ path, body }: Post): Verdict<SlackMessage> {
  const writesTo = CHANNELS[path];
  if (writesTo === undefined) return { status: 403, answer: 'invalid_token', refused: 'invalid_token' };
  const { channel, attachments = [] } = body as Partial<SlackMessage>;
  const isWhole =
    /^[#@]\S+$/.test(String(channel)) &&
    attachments.length > 0 &&
    attachments.every(({ text, title, fallback }) =>
      [text, title, fallback].every((part) => typeof part === 'string' && part.trim() !== ''),
    );
  if (!isWhole) return { status: 400, answer: 'invalid_payload', refused: JSON.stringify(body) };
  return { status: 200, answer: 'ok', kept: { ...(body as SlackMessage), channel: writesTo } };
}
