import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const ROOT = new URL('../../', import.meta.url);
const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  cwd: ROOT,
  encoding: 'utf8',
});
const pages = listed
  .trim()
  .split('\n')
  .filter((page) => existsSync(new URL(page, ROOT)));

/** The anchors that GitHub gives to a page's headings. */
const anchorsOf = (markdown: string): string[] =>
  [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, text = '']) =>
    text
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\-_ ]/gu, '')
      .replaceAll(' ', '-'),
  );

test.each(pages)('%s links to files and headings that are there', (page) => {
  const url = new URL(page, ROOT);
  const text = readFileSync(url, 'utf8').replaceAll(/^ *```[\s\S]*?^ *```/gm, '');
  const broken = [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target = '']) => {
    if (/^[a-z]+:/.test(target)) return [];
    const [path, anchor] = target.split('#') as [string, string?];
    const other = path === '' ? url : new URL(path, url);
    if (!existsSync(other)) return [target];
    if (anchor === undefined || !other.pathname.endsWith('.md')) return [];
    return anchorsOf(readFileSync(other, 'utf8')).includes(anchor) ? [] : [target];
  });
  expect(broken).toEqual([]);
});
