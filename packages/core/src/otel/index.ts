export { attachMeterProvider } from './bridge.ts';
export { type ProducedCollection, type SightglassProducer, sightglassProducer } from './producer.ts';
