import { type Count, counts } from '../../test/counts.ts';

const BEGIN = '<!-- counts -->\n';
const END = '\n<!-- /counts -->';

/** The front page with what it says of the size of the product as it is counted now. */
export function withCounts(readme: string, all: readonly Count[] = counts()): string {
  const of = (what: string): number => {
    const found = all.find((each) => each.what === what);
    // What is not wholly proven is not said to be.
    if (found === undefined || (found.proven ?? found.total) !== found.total)
      throw new Error(`the front page can not tell of ${what}: ${JSON.stringify(found?.open)}`);
    return found.total;
  };
  const [metrics, alerts] = [of('metrics'), of('alerts with stories')];
  of('runbook sections');
  const [before, after] = [readme.indexOf(BEGIN) + BEGIN.length, readme.indexOf(END)];
  return `${readme.slice(0, before)}**In the box:** ${metrics} metrics; ${alerts} alerts, each with a section in a runbook and with stories in which it fires, stays quiet
at its threshold and resolves; ${of('dashboards')} dashboards with ${of('panels with figures')} panels, each held to the figures that it shows of such stories; ${of('SLOs')} SLOs. All of it is counted by \`pnpm counts\`.${readme.slice(after)}`;
}
