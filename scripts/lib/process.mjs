// @ts-check
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Prints one plain line about what happens next. @param {string} line */
export const say = (line) => process.stdout.write(`== ${line}\n`);

/** A failure whose message alone is for the reader: the runner prints no stack for it. */
export class Failure extends Error {}

/**
 * Runs a command to its end, without a standard input, and keeps what it prints.
 * Never throws: a command that cannot be started has code 127.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<{ code: number, stdout: string, stderr: string }>}
 */
export function capture(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text) => (stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text) => (stderr += text));
    child.on('error', (error) => resolve({ code: 127, stdout, stderr: stderr + error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, stdout, stderr }));
  });
}

/**
 * Runs a command in the foreground and resolves with its exit status (128 + n after signal n, as a shell has it).
 * SIGTERM and SIGINT are passed on and the command is waited for. A terminal sends its interrupt to the command
 * by itself, so only one that did not come from a terminal is passed on.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<number>}
 */
export function foreground(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], ...options });
    const onTerminate = () => child.kill('SIGTERM');
    const onInterrupt = () => process.stdin.isTTY || child.kill('SIGINT');
    process.on('SIGTERM', onTerminate).on('SIGINT', onInterrupt);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      process.off('SIGTERM', onTerminate).off('SIGINT', onInterrupt);
      resolve(code ?? (signal === 'SIGINT' ? 130 : 143));
    });
  });
}

/**
 * Every executable of one of these names on PATH, in PATH's order.
 * @param {readonly string[]} names
 * @returns {string[]}
 */
export function onPath(names) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).filter(isExecutable);
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
