// @ts-check
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

/**
 * The text of every file under these folders, by path from the root.
 * @param {string} root
 * @param {readonly string[]} folders those that do not exist hold nothing
 * @returns {Promise<Map<string, string>>}
 */
export async function snapshot(root, folders) {
  const contents = new Map();
  for (const folder of folders.map((name) => join(root, name)).filter((path) => existsSync(path))) {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      const file = join(entry.parentPath, entry.name);
      if (entry.isFile()) contents.set(relative(root, file), await readFile(file, 'utf8'));
    }
  }
  return contents;
}
