/** The third way: an SDK was loaded before us (`--import`), and its readers can't be touched. Our metrics become instruments of its provider. */
import { attachMeterProvider } from '@sightglass/core';
import { work } from './work.ts';

attachMeterProvider();
work();

setInterval(() => {}, 60_000);
