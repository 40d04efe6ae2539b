import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram, serverPath } from '@sightglass/test-tools';
import { fillOnce } from '../../scripts/lib/cache.mjs';
import { packagingDir, packedPackages } from './packed.ts';

/** A generation of the OpenTelemetry SDK with a Node that it runs on. */
export interface Generation {
  readonly name: string;
  readonly node: () => string;
  /** Of Node, for the check that the right one runs. */
  readonly nodeMajor: number;
  /** Exact versions, as npm installs them beside our tarballs. */
  readonly dependencies: Readonly<Record<string, string>>;
  /** The name of its folder. Default: by its Node. */
  readonly folder?: string;
}

const TYPES = { '@types/node': '24.10.1' };

export const GENERATIONS: readonly Generation[] = [
  {
    name: 'OTel 3.x on Node 24',
    node: () => process.execPath,
    nodeMajor: 24,
    dependencies: {
      ...TYPES,
      '@opentelemetry/api': '1.10.0',
      '@opentelemetry/exporter-metrics-otlp-http': '0.301.0',
      '@opentelemetry/exporter-prometheus': '0.301.0',
      '@opentelemetry/resources': '3.1.0',
      '@opentelemetry/sdk-metrics': '3.1.0',
      '@opentelemetry/sdk-node': '0.301.0',
      pino: '10.4.0',
    },
  },
  {
    name: 'OTel 2.x on Node 20',
    node: node20,
    nodeMajor: 20,
    dependencies: {
      ...TYPES,
      '@opentelemetry/api': '1.9.0',
      '@opentelemetry/exporter-metrics-otlp-http': '0.223.0',
      '@opentelemetry/exporter-prometheus': '0.223.0',
      '@opentelemetry/resources': '2.12.1',
      '@opentelemetry/sdk-metrics': '2.12.1',
      '@opentelemetry/sdk-node': '0.223.0',
      pino: '10.4.0',
    },
  },
];

/** The host's own Node when that is a Node 20, else the one that the run has provided. */
function node20(): string {
  const host = process.env.SIGHTGLASS_HOST_NODE;
  if (host !== undefined && majorOf(host) === '20') return host;
  const provided = serverPath('node20');
  if (provided === undefined) throw new Error('Node 20 is missing: `npm run setup` fetches it');
  return provided;
}

const majorOf = (node: string) =>
  execFileSync(node, ['-p', 'process.versions.node.split(".")[0]'], { encoding: 'utf8' }).trim();

/**
 * A folder that holds nothing but our tarballs and a generation's packages, as npm installs them into an empty service;
 * made once for the same sources. Outside the checkout, so that no package of the workspace can be found from it.
 */
export async function installedService({
  nodeMajor,
  dependencies,
  folder: name = `service-node${nodeMajor}`,
}: Pick<Generation, 'nodeMajor' | 'dependencies' | 'folder'>): Promise<string> {
  const tarballs = (await packedPackages()).map(({ name, tarball }) => [name, `file:${tarball}`]);
  const manifest = JSON.stringify({
    private: true,
    type: 'module',
    dependencies: { ...Object.fromEntries(tarballs), ...dependencies },
  });
  const find = async (folder: string) => {
    const isComplete = existsSync(join(folder, 'node_modules/.package-lock.json'));
    // With other versions than are asked for now, it is made again.
    return isComplete && (await readFile(join(folder, 'package.json'), 'utf8')) === manifest
      ? folder
      : undefined;
  };
  return fillOnce(join(packagingDir(), name), find, async (folder) => {
    await writeFile(join(folder, 'package.json'), manifest);
    const options = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--no-progress'];
    const { code, stderr } = await runProgram('npm', ['install', ...options], { cwd: folder });
    if (code !== 0) throw new Error(`npm could not install the tarballs:\n${stderr}`);
  });
}
