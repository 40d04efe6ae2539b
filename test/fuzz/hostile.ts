import fc from 'fast-check';

/** What a hostile value throws: the caller's own error, which may be passed on to the caller where that is said. */
export class Hostile extends Error {}

const boom = (): never => {
  throw new Hostile('a hostile value was touched');
};

const traps = new WeakSet();

/** Whether a value is an object on which whatever is done throws: always the caller's, also when the caller's function has given it. */
export const isBoobyTrap = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && traps.has(value);

function boobyTrap(): object {
  const trap = new Proxy(
    {},
    {
      get: boom,
      has: boom,
      ownKeys: boom,
      getPrototypeOf: boom,
      getOwnPropertyDescriptor: boom,
      set: boom,
      defineProperty: boom,
      deleteProperty: boom,
    },
  );
  traps.add(trap);
  return trap;
}

/** Values that no caller in good faith passes, by name, made anew for each use. */
const ODDITIES = {
  undefined: () => undefined,
  null: () => null,
  NaN: () => Number.NaN,
  Infinity: () => Infinity,
  '-Infinity': () => -Infinity,
  '-0': () => -0,
  'negative number': () => -1,
  'largest number': () => Number.MAX_VALUE,
  'smallest number': () => Number.MIN_VALUE,
  'number beyond the whole ones': () => 2 ** 53,
  bigint: () => 10n ** 40n,
  true: () => true,
  'empty string': () => '',
  'huge string': () => 'x'.repeat(1_000_000),
  'half a surrogate pair': () => '\ud800',
  'everything that must be escaped': () => 'a"b\\c\nd\r\u0000\u2028{}=,',
  __proto__key: () => '__proto__',
  'the overflow value': () => '__overflow__',
  symbol: () => Symbol('label'),
  'empty array': () => [],
  'nested array': () => ['trades', ['quotes']],
  'long array': () => new Array(500).fill('x'),
  'sparse array': () => new Array(3),
  'object without a prototype': () => Object.create(null),
  'object with a bigint': () => ({ '': 0n }),
  'object that contains itself': () => {
    const self: { self?: object } = {};
    self.self = self;
    return self;
  },
  'throwing getter': () =>
    Object.defineProperty({ table: 'trades' }, 'layer', { get: boom, enumerable: true, configurable: false }),
  'object that throws when converted': () => ({ toString: boom, valueOf: boom, [Symbol.toPrimitive]: boom }),
  'throwing thenable': () => Object.defineProperty({}, 'then', { get: boom }),
  'proxy that throws at all': boobyTrap,
  'invalid date': () => new Date(Number.NaN),
  'last date': () => new Date(8.64e15),
  map: () => new Map([['table', 'trades']]),
  'function proxy that throws at all': () => new Proxy(function target() {}, { apply: boom, get: boom }),
  'throwing function': () => boom,
  'rejecting function': () => () => {
    const rejection = Promise.reject(new Error('a hostile promise'));
    rejection.catch(() => {});
    return rejection;
  },
  'hanging function': () => () => new Promise(() => {}),
  'function that gives a trap': () => boobyTrap,
  class: () => class {},
  'error whose cause throws': () => Object.defineProperty(new Error('no'), 'cause', { get: boom }),
  'thrown null': () => () => {
    throw null;
  },
  'aborted signal': () => AbortSignal.abort(),
} satisfies { readonly [name: string]: () => unknown };

/** How to make a hostile value. fast-check prints and clones values, which hostile ones do not survive; so it gets the recipe. */
export type Recipe = { readonly oddity: keyof typeof ODDITIES } | { readonly value: unknown };

export const make = (recipe: Recipe): unknown =>
  'oddity' in recipe ? ODDITIES[recipe.oddity]() : recipe.value;

/** Anything: what fast-check can think of, and what it can't. */
export const hostile: fc.Arbitrary<Recipe> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      oddity: fc.constantFrom(...(Object.keys(ODDITIES) as (keyof typeof ODDITIES)[])),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      value: fc.oneof(
        fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true, withSparseArray: true }),
        fc.double(),
        fc.string({ unit: 'binary', maxLength: 400 }),
      ),
    }),
  },
);

/** What is wrong with the arguments of a valid call: all of them, or one, or one property of one. */
export type Spoiling =
  | { readonly all: readonly Recipe[] }
  | { readonly argument: number; readonly property?: string; readonly becomes?: Recipe };

/** Everything that can be wrong with calls like this one. */
export function spoilings(valid: readonly unknown[]): fc.Arbitrary<Spoiling> {
  const all = fc.record({ all: fc.array(hostile, { maxLength: valid.length + 1 }) });
  const places = valid.flatMap((argument, i) => [
    { argument: i },
    ...(isPlain(argument) ? Object.keys(argument).map((property) => ({ argument: i, property })) : []),
  ]);
  if (places.length === 0) return all;
  const one = fc
    .tuple(fc.constantFrom(...places), fc.option(hostile, { nil: undefined, freq: 6 }))
    .map(([place, becomes]) => (becomes === undefined ? place : { ...place, becomes }));
  return fc.oneof({ weight: 3, arbitrary: one }, { weight: 1, arbitrary: all });
}

/** The arguments of a valid call with something wrong. What becomes of a place that becomes nothing: it is left out. */
export function spoil(valid: readonly unknown[], spoiling: Spoiling): unknown[] {
  if ('all' in spoiling) return spoiling.all.map(make);
  const { argument: place, property, becomes } = spoiling;
  return valid.map((argument, i) => {
    if (i !== place) return argument;
    if (property === undefined) return becomes === undefined ? undefined : make(becomes);
    const { [property]: _, ...rest } = argument as { [name: string]: unknown };
    return becomes === undefined ? rest : { ...rest, [property]: make(becomes) };
  });
}

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
