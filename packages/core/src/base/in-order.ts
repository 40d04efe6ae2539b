/**
 * Puts one into a list that is in order by a number, from its end, where what has just begun belongs. What is under way is held so: what is first is known without
 * looking at all, however many there are.
 */
export function addInOrder<T>(list: T[], one: T, numberOf: (one: T) => number): void {
  const number = numberOf(one);
  let at = list.length;
  while (at > 0 && numberOf(list[at - 1]!) > number) at--;
  if (at === list.length) list.push(one);
  else list.splice(at, 0, one);
}

/** Takes one out of a list. Returns whether it was there. */
export function takeOut<T>(list: T[], one: T): boolean {
  const at = list[0] === one ? 0 : list.indexOf(one);
  if (at < 0) return false;
  if (at === 0) list.shift();
  else list.splice(at, 1);
  return true;
}
