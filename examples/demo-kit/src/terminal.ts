/** How often the live line is printed where it cannot be rewritten. */
const LIVE_EVERY_MS = 5_000;

const ERASE_LINE = '\r\u001b[2K';

/** Plain lines with the time since the start, and one live line below them. */
export interface Terminal {
  /** The headline of a step. */
  step(text: string): void;
  /** Lines that belong to the step. */
  say(...lines: readonly string[]): void;
  /** What happens while something is waited for: rewritten in place on a terminal, now and then a line elsewhere. */
  live(text: string): void;
}

export function openTerminal(out: NodeJS.WriteStream): Terminal {
  const began = performance.now();
  let liveShown = false;
  let liveAt = 0;
  const print = (text: string) => {
    out.write(`${liveShown ? ERASE_LINE : ''}${text}\n`);
    liveShown = false;
  };
  return {
    step: (text) => print(`\n[${elapsed(began)}] ${text}`),
    say(...lines) {
      for (const line of lines) print(`          ${line}`);
    },
    live(text) {
      const line = `[${elapsed(began)}]   ${text}`;
      if (out.isTTY) {
        out.write(ERASE_LINE + line.slice(0, out.columns - 1));
        liveShown = true;
      } else if (performance.now() - liveAt >= LIVE_EVERY_MS) {
        print(line);
        liveAt = performance.now();
      }
    },
  };
}

const elapsed = (began: number) => `${((performance.now() - began) / 1000).toFixed(1)} s`.padStart(7);
