/** Tests that follow one another while others run beside them: each waits until the one before has passed. */
export interface Turns {
  /** What a test of the chain is made of. The first of them that runs begins the chain. */
  (work: () => Promise<void>): () => Promise<void>;
  /** Begins the chain beside tests that are none of it. */
  begin(): void;
  /** Resolves when all of it has passed. */
  done(): Promise<void>;
}

/** What is broken for one chain must not disturb what the other tests look at. Two chains stand in a `describe.concurrent`, each in its order. */
export function inTurn(): Turns {
  let begin = () => {};
  let last = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const turn = (work: () => Promise<void>) => {
    const mine = last.then(work);
    // Whoever waits for it fails with it; nobody may wait.
    mine.catch(() => {});
    last = mine.catch((error) => {
      throw new Error('a test before it has failed', { cause: error });
    });
    last.catch(() => {});
    return () => {
      begin();
      return mine;
    };
  };
  return Object.assign(turn, { begin: () => begin(), done: () => last });
}
