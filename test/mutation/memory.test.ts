import { describe, expect, test } from 'vitest';
import { hunt } from './hunt.ts';
import { lineOf, Memory } from './memory.ts';
import type { Bench, Mutant, Witness } from './mutant.ts';

/** A world of numbers: a mutant is a number that should not be there, and a story finds out those that it forbids. */
interface Digit extends Mutant {
  readonly number: number;
}

const mutant = (title: string, number: number): Digit => ({
  title,
  file: 'numbers',
  text: `${number}`,
  number,
});

interface Story {
  readonly forbids: readonly number[];
  /** The titles of the mutants that it tells of. Default: all. */
  readonly tellsOf?: readonly string[];
}

/** Stories by their titles, and a list of who was asked of whom. */
function told(stories: { readonly [title: string]: Story }) {
  const asked: string[] = [];
  const witnesses = Object.entries(stories).map(
    ([title, { forbids, tellsOf }]): Witness<Digit> => ({
      title,
      evidence: (each) => (tellsOf?.includes(each.title) === false ? undefined : forbids.join()),
      findsOut: async (mutants) => {
        asked.push(...mutants.map((each) => `${title}: ${each.title}`));
        return mutants.filter(({ number }) => forbids.includes(number));
      },
    }),
  );
  return { witnesses, asked };
}

test('what a witness without evidence has found out is not written down: it could not be remembered', () => {
  const one = mutant('one', 1);
  const { witnesses } = told({ mute: { forbids: [1], tellsOf: [] } });
  expect(() => lineOf(one, witnesses, witnesses[0])).toThrowError('"mute" has no evidence');
});

/** What a hunt remembers. */
async function remembered(mutants: readonly Digit[], stories: { readonly [title: string]: Story }) {
  const { witnesses } = told(stories);
  const { found } = await hunt({ mutants, witnesses }, new Memory());
  return mutants.map((each) => lineOf(each, witnesses, found.get(each)));
}

/** Who is hunted and who is alive when these lines are remembered, and who is asked first. */
async function huntAgain(
  lines: readonly string[],
  mutants: readonly Digit[],
  stories: { readonly [title: string]: Story },
) {
  const { witnesses, asked } = told(stories);
  const { hunted, alive } = await hunt({ mutants, witnesses }, new Memory(lines));
  return {
    hunted: hunted.map(({ title }) => title),
    alive: alive.map(({ title }) => title),
    first: asked[0],
  };
}

const mutants = [mutant('one', 1), mutant('two', 2), mutant('three', 3)];
const stories = { odd: { forbids: [1, 3] }, even: { forbids: [2] } };

describe('a hunt', () => {
  test('leaves those that wait alone unless they are remembered, and says so of them', async () => {
    const lines = await remembered([mutants[0]!], stories);
    const { witnesses, asked } = told(stories);
    const isPostponed = ({ title }: Digit) => title !== 'three';
    const { found, alive, hunted, waiting } = await hunt({ mutants, witnesses }, new Memory(lines), {
      isPostponed,
    });
    expect([...found.keys()].map(({ title }) => title).sort()).toEqual(['one', 'three']);
    expect([alive, hunted.length, waiting.map(({ title }) => title)]).toEqual([[], 1, ['two']]);
    expect(asked).not.toContainEqual(expect.stringContaining('two'));
  });

  test('that is over takes nobody for alive whom not all have been asked of', async () => {
    const { witnesses } = told(stories);
    const { found, alive, waiting } = await hunt({ mutants, witnesses }, new Memory(), {
      isOver: () => true,
    });
    expect([found.size, alive.length, waiting.length]).toEqual([0, 0, 3]);
  });

  test('of some witnesses alone leaves to another one what these do not find out', async () => {
    const { witnesses, asked } = told(stories);
    const { found, alive, waiting } = await hunt({ mutants, witnesses }, new Memory(), {
      isAsked: ({ title }) => title === 'even',
    });
    expect([...found.keys()].map(({ title }) => title)).toEqual(['two']);
    expect([alive, waiting.map(({ title }) => title)]).toEqual([[], ['one', 'three']]);
    expect(asked).not.toContainEqual(expect.stringContaining('odd'));
  });

  test('asks nobody of what is remembered', async () => {
    const lines = await remembered(mutants, stories);
    expect(await huntAgain(lines, mutants, stories)).toEqual({ hunted: [], alive: [] });
  });

  test('asks only of the mutant that has changed, and first who found it out before', async () => {
    const lines = await remembered(mutants, stories);
    const changed = [mutant('one', 1), mutant('two', 4), mutant('three', 3)];
    expect(await huntAgain(lines, changed, stories)).toEqual({
      hunted: ['two'],
      alive: ['two'],
      first: 'even: two',
    });
  });

  test('asks of a new mutant', async () => {
    const lines = await remembered(mutants, stories);
    expect(await huntAgain(lines, [...mutants, mutant('five', 5)], stories)).toMatchObject({
      hunted: ['five'],
      alive: ['five'],
    });
  });

  test('asks again of those whom a changed story had found out, and notices that it no longer does', async () => {
    const lines = await remembered(mutants, stories);
    const changed = { ...stories, odd: { forbids: [3] } };
    expect(await huntAgain(lines, mutants, changed)).toMatchObject({
      hunted: ['one', 'three'],
      alive: ['one'],
    });
  });

  test('asks of those whom a story found out that is no more', async () => {
    const lines = await remembered(mutants, stories);
    expect(await huntAgain(lines, mutants, { odd: stories.odd })).toMatchObject({
      hunted: ['two'],
      alive: ['two'],
    });
  });

  test('does not ask of what other stories found out when one is new', async () => {
    const lines = await remembered(mutants, stories);
    const more = { ...stories, negative: { forbids: [-1] } };
    expect(await huntAgain(lines, mutants, more)).toEqual({ hunted: [], alive: [] });
  });

  test('asks all of what was alive when one of those that tell of it is new, and nobody when it is not', async () => {
    const alive = [...mutants, mutant('five', 5)];
    const lines = await remembered(alive, stories);
    expect(await huntAgain(lines, alive, stories)).toEqual({ hunted: [], alive: ['five'] });
    const others = { ...stories, other: { forbids: [5], tellsOf: ['one'] } };
    expect(await huntAgain(lines, alive, others)).toEqual({ hunted: [], alive: ['five'] });
    const five = { ...stories, five: { forbids: [5] } };
    expect((await huntAgain(lines, alive, five)).alive).toEqual([]);
  });

  test('trusts no memory when it is told so, and asks the likeliest first all the same', async () => {
    const lines = await remembered(mutants, stories);
    const { witnesses, asked } = told(stories);
    await hunt({ mutants, witnesses }, new Memory(lines), { trust: false });
    expect(asked.toSorted()).toEqual(['even: two', 'odd: one', 'odd: three']);
  });

  test('asks of one of several kin, and who is found out finds out the others, unless they must be found out themselves', async () => {
    const [one, three] = [1, 3].map((number) => ({ ...mutant(`kin ${number}`, number), kin: 'odd' }));
    const { witnesses, asked } = told(stories);
    const findings = await hunt({ mutants: [one!, three!, mutant('five', 5)], witnesses }, new Memory());
    expect(asked).toContain('odd: kin 1');
    expect(asked).not.toContainEqual(expect.stringContaining('kin 3'));
    expect([...findings.byKin]).toEqual([[three, one]]);
    expect(findings.alive.map(({ title }) => title)).toEqual(['five']);
  });

  test('asks of the next of the kin when nobody finds out the first', async () => {
    const [four, three] = [4, 3].map((number) => ({ ...mutant(`kin ${number}`, number), kin: 'any' }));
    const { witnesses } = told(stories);
    const { found, byKin, alive } = await hunt({ mutants: [four!, three!], witnesses }, new Memory());
    expect([...found.keys(), ...byKin.keys()]).toEqual([three, four]);
    expect(alive).toEqual([]);
  });

  test('asks first of specimens, where they have kin, and asks nothing of those that have none', async () => {
    const specimens = [
      { ...mutant('specimen', 1), kin: 'odd' },
      { ...mutant('stranger', 3), kin: 'none' },
      { ...mutant('unlike', 4), kin: 'even' },
    ];
    const kin = [
      { ...mutant('kin', 7), kin: 'odd' },
      { ...mutant('other', 8), kin: 'even' },
    ];
    const { witnesses, asked } = told(stories);
    const findings = await hunt({ mutants: kin, specimens, witnesses }, new Memory());
    expect(asked).not.toContainEqual(expect.stringContaining('stranger'));
    expect(asked).not.toContainEqual(expect.stringContaining('kin'));
    expect([...findings.byKin.keys()].map(({ title }) => title)).toEqual(['kin']);
    expect(findings.alive.map(({ title }) => title)).toEqual(['other']);
    expect(findings.aliveSpecimens.map(({ title }) => title)).toEqual(['unlike']);
  });

  test('asks nothing of specimens whose kin wait', async () => {
    const { witnesses, asked } = told(stories);
    const all = ['specimen', 'kin'].map((title) => ({ ...mutant(title, 1), kin: 'odd' }));
    const [specimen, kin] = all as [Digit, Digit];
    const isPostponed = ({ title }: Digit) => title === 'kin';
    const { waiting } = await hunt({ mutants: [kin], specimens: [specimen], witnesses }, new Memory(), {
      isPostponed,
    });
    expect([asked, waiting]).toEqual([[], [kin]]);
  });

  test('believes what is remembered of one for its kin', async () => {
    const [one, three] = [1, 3].map((number) => ({ ...mutant(`kin ${number}`, number), kin: 'odd' }));
    const lines = await remembered([one!], stories);
    const { witnesses, asked } = told(stories);
    const { byKin, hunted } = await hunt({ mutants: [three!, one!], witnesses }, new Memory(lines));
    expect([asked, hunted, [...byKin.keys()]]).toEqual([[], [], [three]]);
  });

  test('asks side by side who makes claims of what was changed, and of the others those to whom it makes a difference', async () => {
    const { witnesses: both, asked } = told(stories);
    const witnesses = both.map((each) => ({ ...each, claims: ({ number }: Digit) => number < 3 }));
    const [odd, even] = witnesses as [Witness<Digit>, Witness<Digit>];
    const judged: string[] = [];
    const bench: Bench<Digit> = {
      witnesses,
      judge: async (all) => {
        judged.push(...all.map(({ title }) => title));
        return new Map(all.flatMap((each) => (each.number === 2 ? [[each, even] as const] : [])));
      },
      notice: async (all) => new Map(all.map((each) => [each, each.number === 3 ? [odd] : []] as const)),
    };
    const five = mutant('five', 5);
    const { found, alive } = await hunt(
      { mutants: [...mutants, five], witnesses, benches: [bench] },
      new Memory(),
    );
    expect(judged).toEqual(['one', 'two']);
    expect(asked).toEqual(['odd: three']);
    expect([...found].map(([{ title }, by]) => [title, by.title])).toEqual([
      ['two', 'even'],
      ['three', 'odd'],
    ]);
    expect(alive.map(({ title }) => title)).toEqual(['one', 'five']);
  });

  test('refuses two witnesses of one name', async () => {
    const { witnesses } = told(stories);
    await expect(hunt({ mutants, witnesses: [...witnesses, witnesses[0]!] }, new Memory())).rejects.toThrow(
      'named odd',
    );
  });
});

describe('a line of the memory', () => {
  test.each([
    [
      'of other evidence',
      (line: string) => line.replace(/ (.)/, (_, first) => ` ${first === 'A' ? 'B' : 'A'}`),
    ],
    ['of another witness', (line: string) => line.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))],
    ['of another mutant', (line: string) => line.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))],
    ['that says nobody finds it out', (line: string) => line.replace(/\S+$/, '-')],
    ['that is cut off', (line: string) => line.slice(0, 20)],
  ])('%s is not believed', async (_, spoil) => {
    const lines = await remembered(mutants, stories);
    const { hunted } = await huntAgain([spoil(lines[0]!), ...lines.slice(1)], mutants, stories);
    expect(hunted).toEqual(['one']);
  });

  test('that a merge has left beside the right one does no harm', async () => {
    const before = await remembered(mutants, { odd: { forbids: [1] }, even: { forbids: [2, 3] } });
    const lines = [...before, ...(await remembered(mutants, stories))].sort();
    expect(await huntAgain(lines, mutants, stories)).toEqual({ hunted: [], alive: [] });
  });

  test('does not hold for another mutant of the same text, nor for the same name with another text', async () => {
    const lines = await remembered([mutant('one', 1)], stories);
    const { hunted } = await huntAgain(lines, [mutant('uno', 1), mutant('one', 3)], stories);
    expect(hunted).toEqual(['uno', 'one']);
  });
});
