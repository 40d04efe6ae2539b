import { defineConfig } from 'tsup';
import { build } from '../tsup.base.ts';

export default defineConfig(
  build({ index: 'src/index.ts', mixins: 'src/mixins/index.ts', cli: 'src/cli.ts' }),
);
