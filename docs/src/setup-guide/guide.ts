/** Commands that are pasted at once. */
export interface Block {
  /** Where it stands: `1.1 Verify what is collected`; outside of a step, its chapter. */
  readonly title: string;
  readonly commands: string;
  /** The guide says of it that it was not run. */
  readonly byHand: boolean;
  /** What the guide shows of its output, behind `#>`. */
  readonly shown?: string;
}

/** A chapter of the guide. */
export interface Chapter {
  readonly title: string;
  /** Its numbered steps. */
  readonly steps: readonly string[];
  readonly blocks: readonly Block[];
}

const CHAPTER = /^## (.+)$/;
const STEP = /^\*\*(\d+\.\d+ .+?)\.\*\*/;
const BLOCK = /^```sh( by-hand)?\n([\s\S]*?)^```$/gm;
/** How the page says that a block was not run. */
const BY_HAND = /\*By hand, not run by the test:\*\n\n$/;

/** Reads the chapters of the guide, their steps and their blocks. A block that is marked in one way only, by its fence or in the text, is an error. */
export function readGuide(markdown: string): readonly Chapter[] {
  return markdown
    .split(/^(?=## )/m)
    .filter((text) => CHAPTER.test(text.split('\n')[0]!))
    .map((text) => {
      const title = CHAPTER.exec(text.split('\n')[0]!)![1]!;
      const lines = text.split('\n');
      return {
        title,
        steps: lines.flatMap((line) => STEP.exec(line)?.[1] ?? []),
        blocks: [...text.matchAll(BLOCK)].map((match) => blockOf(match, text, title)),
      };
    });
}

function blockOf(match: RegExpExecArray, text: string, chapter: string): Block {
  const [, mark, commands = ''] = match;
  const before = text.slice(0, match.index);
  const title =
    before
      .split('\n')
      .map((line) => STEP.exec(line)?.[1])
      .findLast(Boolean) ?? chapter;
  const byHand = mark !== undefined;
  if (byHand !== BY_HAND.test(before)) throw new Error(`${title}: marked as run by hand in one place only`);
  const shown = [...commands.matchAll(/^#> (.*)$/gm)].map(([, line]) => line).join('\n');
  return { title, commands, byHand, ...(shown === '' ? {} : { shown }) };
}

/** What an output has to match that is shown like this: lines that follow each other; `…` is anything in a line, and alone any lines. */
export function outputPattern(shown: string): RegExp {
  const lines = shown.split('\n').map((line) => {
    if (line === '…') return '(?:.*\\n)*?';
    const pieces = line.split('…').map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return `${pieces.join('.*')}\\n`;
  });
  return new RegExp(`^${lines.join('')}`, 'm');
}
