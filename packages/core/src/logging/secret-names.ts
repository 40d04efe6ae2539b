/** What ends the name of a secret, once the name is written in one word: `db_password`, `x-api-key`, `secretAccessKey`, `PGPASSWORD`. */
const SECRET_ENDING =
  /(?:passw(?:or)?ds?|passphrase|passcode|pwd|secrets?|(?:secret|private|api|access|account|shared|master|signing|encryption|subscription|application|license|session|storage|webhook|deploy|ssh|hmac|client|auth|functions|instrumentation)keys?|(?:backup|recovery|mfa|totp|verification)codes?|securityanswers?|credentials?|tokens?|jwt|otp|cv[vc]|creditcard|cardnumber|cookies?|authorization|xhoneycombteam)$/;
/** What may stand behind the name of a secret and is the secret still: `tokenValue`, `otpCode`. */
const FORM_OF_A_SECRET = /(?:hash|value|text|plain|string|data|code|again|confirmation|pem|hex|base)$/;
/** These make a secret of whatever else the name says, such as `passwordHash`. */
const SECRET_WORDS = new Set(['password', 'passwd', 'passphrase', 'secret', 'credential', 'credentials']);
/** What is said *of* a secret is none: `token_count`, `secret_name`, `password_expires_at`. */
const ABOUT_A_SECRET =
  /^(?:counts?|length|size|total|used|limit|at|expires?|expiry|expiration|seconds|ms|age|ids?|names?|types?|policy|url|uri|file|path|enabled|required)$/;
/** A secret where the value is a text, and something else where it is not: the `auth` of axios is an object, `pass` may count what passed. */
const SECRET_AS_TEXT =
  /^(?:(?:x|basic|http|proxy|redis|npm)?auth|pfx|sas|sig|signature|bearer|sid|session(?:id)?|pw|psk|userinfo|(?:db|user|my|pg|sql|smtp|mail|redis|admin|root|login)?pass)$/;
const LONGEST_NAME = 200;

/** Whether a field of this name and value is a secret by its name. True and false are none, and neither is a number of tokens. */
export function isSecretField(name: string, value: unknown): boolean {
  if (value === undefined || value === null || typeof value === 'boolean') return false;
  const words = name
    .slice(-LONGEST_NAME)
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== '');
  const last = words.at(-1);
  if (last === undefined) return false;
  const inOne = words.join('');
  if (SECRET_AS_TEXT.test(inOne) || last === 'pass') return typeof value === 'string';
  if (words.length > 1 && ABOUT_A_SECRET.test(last)) return false;
  if (typeof value === 'number' && inOne.endsWith('tokens')) return false;
  return (
    SECRET_ENDING.test(inOne.replace(FORM_OF_A_SECRET, '')) ||
    SECRET_ENDING.test(inOne) ||
    words.some((word) => SECRET_WORDS.has(word))
  );
}
