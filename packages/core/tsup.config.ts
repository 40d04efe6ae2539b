import { defineConfig } from 'tsup';
import { build } from '../../tsup.base.ts';

export default defineConfig(
  build({
    index: 'src/index.ts',
    authors: 'src/authors.ts',
    endpoint: 'src/endpoint/index.ts',
    metrics: 'src/metrics.ts',
    processes: 'src/processes/index.ts',
    service: 'src/service/index.ts',
    setup: 'src/setup/index.ts',
    testing: 'src/testing/index.ts',
  }),
);
