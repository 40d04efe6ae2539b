/**
 * Tests that follow one another while others run beside them: each waits until the one before has passed. They stand in a `describe.concurrent`, in their order; what is broken for one
 * chain must not disturb what the other looks at.
 */
export function inTurn(): (work: () => Promise<void>) => () => Promise<void> {
  let begin = () => {};
  let last = new Promise<void>((resolve) => {
    begin = resolve;
  });
  return (work) => {
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
}
