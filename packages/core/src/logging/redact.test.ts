import { expect, test } from 'vitest';
import { cleanError } from './fields.ts';
import { errorFields, redact, redactText } from './redact.ts';

const SECRET = 'Tr0ub4dor';
const url = new URL(`postgres://svc:${SECRET}@db/app`);

test.each([
  [`postgres://svc:Tr0ub@4dor@db/app`, 'postgres://svc:[redacted]@db/app'],
  ['postgres://svc:a:b/c?d#e@f@db:5432/app', 'postgres://svc:[redacted]@db:5432/app'],
  ['postgres://svc:p%40s%2Fs@db', 'postgres://svc:[redacted]@db'],
  ['postgres://svc:my pass@db/app failed', 'postgres://svc:[redacted]@db/app failed'],
  ['postgres://svc:a://b@db', 'postgres://svc:[redacted]@db'],
  ['amqps://svc:p\'q"r@mq/v', 'amqps://svc:[redacted]@mq/v'],
  ['redis://:one@a,redis://:two@b', 'redis://:[redacted]@a,redis://:[redacted]@b'],
  ['"redis://:one@a" and (mysql://u:two@b)', '"redis://:[redacted]@a" and (mysql://u:[redacted]@b)'],
  ['http://h:3000/x?to=postgres://u:pw@db', 'http://h:3000/x?to=postgres://u:[redacted]@db'],
  ['to=postgres%3A%2F%2Fsvc%3Apw%40db', 'to=postgres%3A%2F%2Fsvc%3A[redacted]%40db'],
  ['{"url":"postgres:\\/\\/svc:pw@db"}', '{"url":"postgres:\\/\\/svc:[redacted]@db"}'],
  ['https://ghp_token@github.com/x', 'https://[redacted]@github.com/x'],
  ['https://token:x-oauth-basic@github.com/x', 'https://[redacted]@github.com/x'],
  ['svc:hunter2@tcp(db:3306)/app', 'svc:[redacted]@tcp(db:3306)/app'],
  ['Server=db;Password=two words;User Id=app', 'Server=db;Password=[redacted];User Id=app'],
  ['host=db password=hunter2 user=app', 'host=db password=[redacted] user=app'],
  ["host=db password='it\\'s' user=app", "host=db password='[redacted]' user=app"],
  ['AccountKey=a+b/c==;EndpointSuffix=x', 'AccountKey=[redacted];EndpointSuffix=x'],
  ['{"password":"hun\\"ter2","table":"trades"}', '{"password":"[redacted]","table":"trades"}'],
  ['{\\"token\\":\\"a\\",\\"n\\":1}', '{\\"token\\":\\"[redacted]\\",\\"n\\":1}'],
  ['Key (token)=(abc) already exists.', 'Key (token)=([redacted]) already exists.'],
  ['GET /x?api_key=abc&page=2', 'GET /x?api_key=[redacted]&page=2'],
  ['PGPASSWORD=hunter2 pg_dump', 'PGPASSWORD=[redacted] pg_dump'],
  ['tool --password hunter2 --table trades', 'tool --password [redacted] --table trades'],
  ['Authorization: Basic dXNlcjpwYXNz\r\nHost: x', 'Authorization: Basic [redacted]\r\nHost: x'],
  ['Proxy-Authorization: Digest username="a", response="b"', 'Proxy-Authorization: [redacted]'],
  [
    "{ authorization: 'Bearer abc', cookie: 'a=b; c=d' }",
    "{ authorization: 'Bearer [redacted]', cookie: '[redacted]' }",
  ],
  ['X-Api-Key: k-123', 'X-Api-Key: [redacted]'],
  ['got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln', 'got [redacted]'],
  ['-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----', '[redacted]'],
  ['-----BEGIN PGP PRIVATE KEY BLOCK-----\nlQ\n-----END PGP PRIVATE KEY BLOCK-----', '[redacted]'],
  ['Command failed: curl -u svc:hunter2 https://h', 'Command failed: curl -u svc:[redacted] https://h'],
  ['curl --user svc:hunter2 https://h', 'curl --user svc:[redacted] https://h'],
  ["ALTER USER svc WITH PASSWORD 'hunter2'", "ALTER USER svc WITH PASSWORD '[redacted]'"],
  ["CREATE USER svc IDENTIFIED BY 'hunter2'", "CREATE USER svc IDENTIFIED BY '[redacted]'"],
  [
    '<wsse:Password Type="text">hunter2</wsse:Password>',
    '<wsse:Password Type="text">[redacted]</wsse:Password>',
  ],
  ['user%5Bpassword%5D=hunter2&x=1', 'user%5Bpassword%5D=[redacted]&x=1'],
  ['<secret>hunter2</secret>', '<secret>[redacted]</secret>'],
  ['password%3Dhunter2', 'password%3D[redacted]'],
  ['Password:        hunter2', 'Password:        [redacted]'],
  ['session_id=hunter2; pw=hunter2', 'session_id=[redacted]; pw=[redacted]'],
  ['GET /callback?code=hunter2&state=x', 'GET /callback?code=[redacted]&state=x'],
  ['Ocp-Apim-Subscription-Key: hunter2', 'Ocp-Apim-Subscription-Key: [redacted]'],
  ['NEW_RELIC_LICENSE_KEY=hunter2', 'NEW_RELIC_LICENSE_KEY=[redacted]'],
  ['x-honeycomb-team=hunter2', 'x-honeycomb-team=[redacted]'],
  ['nats://sometokenwithoutausername@mq:4222', 'nats://[redacted]@mq:4222'],
  [
    'POST https://discord.com/api/webhooks/123/abc-DEF',
    'POST https://discord.com/api/webhooks/123/[redacted]',
  ],
  ['hvs.CAESIabcdefghijklmnopqrstuvwxyz, whsec_abcdefghijklmnopqrst', '[redacted], [redacted]'],
  ['tokens: ["hunter2"]', 'tokens: [[redacted]]'],
  ['Authorization: Hawk id="a", mac="hunter2"', 'Authorization: [redacted]'],
  ['authorization: OAuth oauth_token="hunter2", n="1"\r\nHost: x', 'authorization: [redacted]\r\nHost: x'],
  ['got eyJhbGciOiJkaXIifQ..aaaaaaaaaaaa.bbbbbbbbbbbb.cccccccccccc', 'got [redacted]'],
  ['DB_PASS: hunter2', 'DB_PASS: [redacted]'],
  ["SELECT PASSWORD('hunter2')", 'SELECT PASSWORD([redacted])'],
  ['%22password%22%3A%22hunter2%22', '%22password%22%3A[redacted]'],
  ['JSESSIONID=hunter2; PHPSESSID=hunter2', 'JSESSIONID=[redacted]; PHPSESSID=[redacted]'],
  ['/cb#Bearer%20hunter2hunter2', '/cb#Bearer%20[redacted]'],
  ['refused Api-Token dt0c01.ST2EY72KQ', 'refused Api-Token [redacted]'],
  ['SSWS 00QCjAl4MlV-WPXM was revoked', 'SSWS [redacted] was revoked'],
  ['nats://hunter2@mq:4222', 'nats://[redacted]@mq:4222'],
  ['jdbc:oracle:thin:scott/hunter2@//db:1521/x', 'jdbc:oracle:thin:scott/[redacted]@//db:1521/x'],
  ['Command failed: mysql -u root -phunter2 app', 'Command failed: mysql -u root -p[redacted] app'],
  ['sshpass -p hunter2 ssh h', 'sshpass -p [redacted] ssh h'],
  ['redis-cli -h db -a hunter2 ping', 'redis-cli -h db -a [redacted] ping'],
  ['x-functions-key: hunter2', 'x-functions-key: [redacted]'],
])('A17: no credential in %s', (given, expected) => {
  expect(redactText(given)).toBe(expected);
  expect(redactText(expected)).toBe(expected);
});

test.each([
  'GET https://host:9464/metrics @ noon',
  'http://localhost:3000/users/a@b.com',
  'https://unpkg.com/react@18/index.js',
  'connect to redis://cache:6379 failed, ask a@b.com',
  'at run (file:///app/node_modules/.pnpm/@s+p@1.2.3/x.js:10:5)',
  'npm:react@18.2',
  'the password is wrong; 512 tokens: 512 used; pass: 3, fail: 1',
  'Bearer authentication failed; a Basic course; password: undefined',
  'docker run -u 1000:1000 image; password authentication failed for user "svc"',
  'mysql -u root -p app; mysql -P 3306; the password (see docs) is wrong; admin pass: yes',
  'the error code=42P01; compass: north; license keys are checked; pwned',
])('keeps what is none: %s', (text) => expect(redactText(text)).toBe(text));

/** Errors as the libraries make them. */
const axios = Object.assign(new Error('Request failed with status code 401'), {
  name: 'AxiosError',
  config: {
    url: `https://api/x?token=${SECRET}`,
    headers: Object.assign(Object.create({ custom: true }), {
      Authorization: `Bearer ${SECRET}`,
      'X-Api-Key': SECRET,
    }),
    auth: { username: 'svc', password: SECRET },
    data: JSON.stringify({ password: SECRET }),
    httpsAgent: { options: { passphrase: SECRET, pfx: Buffer.from(SECRET) } },
  },
  request: {
    _header: `GET /x HTTP/1.1\r\nAuthorization: Basic ${Buffer.from(`svc:${SECRET}`).toString('base64')}\r\n`,
    rawHeaders: ['Accept', '*/*', 'Cookie', SECRET],
  },
});
const ioredis = Object.assign(new Error('WRONGPASS invalid username-password pair'), {
  command: { name: 'auth', args: ['svc', SECRET] },
  options: { host: 'cache', password: SECRET },
});
const hidden = class Config {
  readonly #secret = SECRET;
  get password() {
    return this.#secret;
  }
  toJSON() {
    return { dsn: `postgres://svc:${this.#secret}@db`, at: 1 };
  }
};
const circular: Record<string, unknown> = { password: SECRET };
circular.self = { circular };
let deep: unknown = { text: `redis://:${SECRET}@cache` };
for (let i = 0; i < 60; i++) deep = { deep, list: [deep] };
let reads = 0;

const holders: readonly (readonly [string, unknown])[] = [
  ['axios', axios],
  ['ioredis', ioredis],
  ['a cause', new Error('outer', { cause: new Error(`inner ${url}`, { cause: ioredis }) })],
  ['several errors', new AggregateError([ioredis, new Error(String(url))], `all failed: ${url}`)],
  ['a stack', Object.assign(new Error('x'), { stack: `Error: ${url}\n at x` })],
  ['a name', Object.assign(new Error('x'), { name: `Failed(${url})` })],
  ['a map', new Map([['password', SECRET]])],
  ['a map of headers', new Headers({ cookie: SECRET, authorization: `Bearer ${SECRET}` })],
  ['a set', new Set([String(url)])],
  ['a URL', url],
  ['bytes', { body: Buffer.from(SECRET), more: new TextEncoder().encode(SECRET) }],
  ['a class', new hidden()],
  ['a symbol', { [Symbol('k')]: SECRET, table: 'trades' }],
  ['a cycle', circular],
  ['depth', deep],
  ['a getter', Object.defineProperty({}, 'dsn', { enumerable: true, get: () => String(url) })],
  [
    'a getter that changes',
    Object.defineProperty({}, 'x', { enumerable: true, get: () => (reads++ ? String(url) : 'x') }),
  ],
  [
    'camel case',
    {
      dbPassword: SECRET,
      secretAccessKey: SECRET,
      passwordHash: SECRET,
      clientKey: SECRET,
      authKey: SECRET,
      privateKeyPem: SECRET,
      basicAuth: SECRET,
      REDIS_AUTH: SECRET,
      backupCodes: [SECRET],
      mfaCode: SECRET,
      securityAnswer: SECRET,
      pfx: SECRET,
      'x-api-key': SECRET,
      PGPASSWORD: SECRET,
    },
  ],
  [
    'entries',
    [
      ['authorization', SECRET],
      ['set-cookie', SECRET],
    ],
  ],
  ['arguments', ['run', '--token', SECRET]],
  ['arguments with a user', { spawnargs: ['curl', '-u', `svc:${SECRET}`] }],
  ['names of fields', { [`redis://:${SECRET}@cache`]: 'up' }],
  ['names in a map', new Map([[`redis://:${SECRET}@cache`, 'up']])],
  [
    'pairs of name and value',
    [
      { name: 'Authorization', value: SECRET },
      { key: 'x-api-key', value: SECRET },
    ],
  ],
  ['fields of an array', Object.assign([1], { password: SECRET })],
  ['a symbol for a value', { at: Symbol(String(url)) }],
  [
    'further names',
    {
      DB_PASS: SECRET,
      dbPass: SECRET,
      userpass: SECRET,
      passcode: SECRET,
      subscriptionKey: SECRET,
      licenseKey: SECRET,
      tokenValue: SECRET,
      otpCode: SECRET,
      sessionId: SECRET,
      bearer: SECRET,
      cvv: SECRET,
      creditCardNumber: SECRET,
      signature: SECRET,
    },
  ],
];

test.each(holders)('A17: no credential of %s is printed, by any means', async (_, holder) => {
  const { inspect } = await import('node:util');
  for (const clean of [redact({ holder }), cleanError(holder), errorFields(holder)]) {
    const printed = [
      JSON.stringify(clean),
      inspect(clean, { depth: 100, showHidden: true }),
      String(clean),
    ].join();
    expect(printed).not.toContain(SECRET);
    expect(printed).not.toContain(Buffer.from(`svc:${SECRET}`).toString('base64'));
    expect(printed).not.toContain(
      Buffer.from(SECRET)
        .toString('hex')
        .replace(/(..)(?=.)/g, '$1 '),
    );
  }
});

test('a clean error is still the error: its class, name, message, stack, causes and fields', () => {
  const error = Object.assign(new RangeError('no rows', { cause: new TypeError('inner') }), {
    code: 'E1',
    status: 5,
  });
  const clean = cleanError(error) as typeof error;
  expect(clean).toBeInstanceOf(RangeError);
  expect(clean).toMatchObject({
    name: 'RangeError',
    message: 'no rows',
    code: 'E1',
    status: 5,
    stack: error.stack,
  });
  expect(clean.cause).toMatchObject({ name: 'TypeError', message: 'inner' });
  expect(JSON.parse(JSON.stringify({ err: clean })).err).toMatchObject({
    type: 'RangeError',
    message: 'no rows',
  });
});

test('what can not be read costs itself alone; what is large is cut', () => {
  const trap = new Proxy(
    {},
    {
      ownKeys: () => {
        throw new Error('no');
      },
    },
  );
  const getter = Object.defineProperty({ table: 'trades' }, 'x', {
    enumerable: true,
    get: () => {
      throw new Error('no');
    },
  });
  expect(redact({ trap, getter })).toEqual({
    trap: '[unreadable]',
    getter: { table: 'trades', x: '[unreadable]' },
  });
  expect((redact(Array.from({ length: 1_000_000 }, (_, i) => i)) as unknown[]).length).toBeLessThan(20_000);
});

/** What an expression could go over again and again. */
const PARTS =
  'a. a:// a: @ a@ :// password password= password=" password=[ (token)=( eyJaaaaaaaa- eyJaaaaaaaa. Bearer| authorization:| cookie:| ' +
  "-----BEGIN|PRIVATE|KEY----- <password>a <password| </ -u|a:b| --user|a: password|' identified|by|' SG.a ya29. /api/webhooks/1/ /bot1: http://x? u:p@ %3A%2F%2F a- \\ \" token( --password| | key= a://b:c| postgres://a:b| x://@ password=a|; password=a|b & " +
  'api-key| [redacted] "password":" hooks.slack.com/services/ sk- mysql| mysql|-p authorization:|a|b=" %3A%2F%2Fa%3Ab ; = \'';
const SHORT = 1_000;
const TIMES = 16;

test('A18: a text takes time in proportion to its length, whatever it is made of', () => {
  const parts = PARTS.split(' ').map((part) => part.replaceAll('|', ' '));
  const took = (text: string) => {
    const started = process.cpuUsage();
    redactText(text);
    const { user, system } = process.cpuUsage(started);
    return user + system;
  };
  const best = (text: string) => Math.min(...[1, 2, 3].map(() => took(text)));
  const quadratic: string[] = [];
  for (const first of parts) {
    for (const second of ['', '@', ' ', '"']) {
      const text = (length: number) => first.repeat(length) + second.repeat(length);
      const short = best(text(SHORT));
      // Sixteen times as long; a quadratic one takes 256 times as long.
      if (best(text(SHORT * TIMES)) > 80 * Math.max(short, 500)) quadratic.push(`${first}${second}`);
    }
  }
  expect(quadratic).toEqual([]);
});
