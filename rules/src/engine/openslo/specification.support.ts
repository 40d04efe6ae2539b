/*
 * What OpenSLO v1 asks of a document, written after its README and the validation of its Go SDK: required fields, the fields that there are,
 * names, keys, enumerations, and what excludes what. Its JSON schemas are of no use for that: they misspell ratioMetric and ask for a field "".
 */

type Json = { readonly [key: string]: unknown };

const NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const LABEL_KEY = /^[a-zA-Z0-9]([-._a-zA-Z0-9]{0,61}[a-zA-Z0-9])?$/;
const ANNOTATION_KEY =
  /^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*\/)?[a-zA-Z0-9]([-._a-zA-Z0-9]{0,61}[a-zA-Z0-9])?$/;
const SHORTHAND = /^[1-9]\d*[mhdwMQY]$/;
const OPERATORS = ['lte', 'gte', 'lt', 'gt'];
const DESCRIPTION = 1_050;

/** Everything that OpenSLO v1 does not allow about a document, each with its place; empty when it is sound. */
export function problemsOf(document: Json): string[] {
  const { apiVersion, kind, metadata, spec } = document;
  const ofKind = SPECS[kind as keyof typeof SPECS];
  return [
    ...fields(document, '', ['apiVersion', 'kind', 'metadata', 'spec'], []),
    ...(apiVersion === 'openslo/v1' ? [] : ['apiVersion must be openslo/v1']),
    ...metadataProblems(object(metadata)),
    ...(ofKind === undefined ? ['kind is unknown'] : ofKind(object(spec))),
    ...textProblems(object(spec).description, 'spec.description', DESCRIPTION),
  ];
}

function metadataProblems(metadata: Json): string[] {
  const keys = (field: string, pattern: RegExp) =>
    Object.entries(object(metadata[field])).flatMap(([key, value]) => [
      ...(pattern.test(key) && key.length <= 317 ? [] : [`metadata.${field} has the key ${key}`]),
      ...(typeof value === 'string' ? [] : [`metadata.${field}.${key} must be a text`]),
    ]);
  return [
    ...fields(metadata, 'metadata', ['name'], ['displayName', 'labels', 'annotations']),
    ...nameProblems(metadata.name, 'metadata.name'),
    ...textProblems(metadata.displayName, 'metadata.displayName', 63),
    ...keys('labels', LABEL_KEY),
    ...keys('annotations', ANNOTATION_KEY),
  ];
}

const SPECS = {
  Service: (spec: Json) => fields(spec, 'spec', [], ['description']),

  AlertNotificationTarget: (spec: Json) => fields(spec, 'spec', ['target'], ['description']),

  SLI(spec: Json) {
    const { thresholdMetric, ratioMetric } = spec;
    return [
      ...fields(spec, 'spec', [], ['description', 'thresholdMetric', 'ratioMetric']),
      ...exactlyOne(spec, 'spec', ['thresholdMetric', 'ratioMetric']),
      ...(thresholdMetric === undefined ? [] : metricProblems(thresholdMetric, 'spec.thresholdMetric')),
      ...(ratioMetric === undefined ? [] : ratioProblems(object(ratioMetric))),
    ];
  },

  SLO(spec: Json) {
    const method = spec.budgetingMethod as string;
    const windows = list(spec.timeWindow).map(object);
    return [
      ...fields(
        spec,
        'spec',
        ['service', 'budgetingMethod', 'objectives'],
        ['description', 'indicator', 'indicatorRef', 'timeWindow', 'alertPolicies'],
      ),
      ...nameProblems(spec.service, 'spec.service'),
      ...exactlyOne(spec, 'spec', ['indicator', 'indicatorRef']),
      ...oneOf(method, 'spec.budgetingMethod', ['Occurrences', 'Timeslices', 'RatioTimeslices']),
      ...(windows.length === 1 ? [] : ['spec.timeWindow must have one item']),
      ...windows.flatMap((window) => [
        ...fields(window, 'spec.timeWindow', ['duration', 'isRolling'], ['calendar']),
        ...shorthandProblems(window.duration, 'spec.timeWindow.duration'),
        ...((window.isRolling === true) === (window.calendar === undefined)
          ? []
          : ['spec.timeWindow is either rolling or of a calendar']),
      ]),
      ...list(spec.objectives).flatMap((objective) => objectiveProblems(object(objective), method)),
      ...refs(spec.alertPolicies, 'spec.alertPolicies', 'alertPolicyRef'),
    ];
  },

  AlertPolicy: (spec: Json) => [
    ...fields(
      spec,
      'spec',
      ['alertWhenNoData', 'alertWhenBreaching', 'alertWhenResolved', 'conditions', 'notificationTargets'],
      ['description'],
    ),
    ...['alertWhenNoData', 'alertWhenBreaching', 'alertWhenResolved'].flatMap((field) =>
      typeof spec[field] === 'boolean' ? [] : [`spec.${field} must be true or false`],
    ),
    ...(list(spec.conditions).length === 1 ? [] : ['spec.conditions must have one item']),
    ...refs(spec.conditions, 'spec.conditions', 'conditionRef'),
    ...(list(spec.notificationTargets).length > 0 ? [] : ['spec.notificationTargets must have an item']),
    ...refs(spec.notificationTargets, 'spec.notificationTargets', 'targetRef'),
  ],

  AlertCondition(spec: Json) {
    const condition = object(spec.condition);
    const at = 'spec.condition';
    return [
      ...fields(spec, 'spec', ['severity', 'condition'], ['description']),
      ...fields(condition, at, ['kind', 'op', 'threshold', 'lookbackWindow', 'alertAfter'], []),
      ...oneOf(condition.kind, `${at}.kind`, ['burnrate']),
      ...oneOf(condition.op, `${at}.op`, OPERATORS),
      ...(Number.isFinite(condition.threshold) ? [] : [`${at}.threshold must be a number`]),
      ...shorthandProblems(condition.lookbackWindow, `${at}.lookbackWindow`),
      ...shorthandProblems(condition.alertAfter, `${at}.alertAfter`),
    ];
  },
} as const;

function ratioProblems(ratio: Json): string[] {
  const at = 'spec.ratioMetric';
  return [
    ...fields(ratio, at, ['counter'], ['good', 'bad', 'total', 'raw', 'rawType']),
    ...(typeof ratio.counter === 'boolean' ? [] : [`${at}.counter must be true or false`]),
    ...exactlyOne(ratio, at, ['total', 'raw']),
    ...exactlyOne(ratio, at, ['good', 'bad', 'raw']),
    ...(ratio.raw === undefined ? [] : oneOf(ratio.rawType, `${at}.rawType`, ['success', 'failure'])),
    ...['good', 'bad', 'total', 'raw'].flatMap((part) =>
      ratio[part] === undefined ? [] : metricProblems(ratio[part], `${at}.${part}`),
    ),
  ];
}

function metricProblems(metric: unknown, at: string): string[] {
  const source = object(object(metric).metricSource);
  return [
    ...fields(object(metric), at, ['metricSource'], []),
    ...fields(source, `${at}.metricSource`, ['spec'], ['metricSourceRef', 'type']),
    ...(source.metricSourceRef === undefined && source.type === undefined
      ? [`${at}.metricSource needs a type or a reference`]
      : []),
    ...(Object.keys(object(source.spec)).length > 0 ? [] : [`${at}.metricSource.spec must not be empty`]),
  ];
}

function objectiveProblems(objective: Json, method: string): string[] {
  const at = 'spec.objectives';
  const { op, target, targetPercent, timeSliceTarget } = objective;
  const within = (value: unknown, isIn: (share: number) => boolean, field: string) =>
    value === undefined || (typeof value === 'number' && isIn(value))
      ? []
      : [`${at}.${field} is out of range`];
  const slices = method === 'Timeslices' ? ['timeSliceTarget', 'timeSliceWindow'] : [];
  return [
    ...fields(objective, at, slices, [
      ...['displayName', 'op', 'value', 'target', 'targetPercent', 'timeSliceTarget', 'timeSliceWindow'],
    ]),
    ...exactlyOne(objective, at, ['target', 'targetPercent']),
    ...within(target, (share) => share >= 0 && share < 1, 'target'),
    ...within(targetPercent, (share) => share >= 0 && share < 100, 'targetPercent'),
    ...within(timeSliceTarget, (share) => share > 0 && share <= 1, 'timeSliceTarget'),
    ...(objective.timeSliceWindow === undefined
      ? []
      : shorthandProblems(objective.timeSliceWindow, `${at}.timeSliceWindow`)),
    ...(op === undefined ? [] : oneOf(op, `${at}.op`, OPERATORS)),
  ];
}

const object = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function fields(value: Json, at: string, required: readonly string[], optional: readonly string[]): string[] {
  const place = at === '' ? '' : `${at}.`;
  return [
    ...required.filter((field) => value[field] === undefined).map((field) => `${place}${field} is missing`),
    ...Object.keys(value)
      .filter((field) => !required.includes(field) && !optional.includes(field))
      .map((field) => `${place}${field} is no field`),
  ];
}

const exactlyOne = (value: Json, at: string, names: readonly string[]): string[] =>
  names.filter((name) => value[name] !== undefined).length === 1
    ? []
    : [`${at} must have one of ${names.join(', ')}`];

const oneOf = (value: unknown, at: string, allowed: readonly string[]): string[] =>
  allowed.includes(value as string) ? [] : [`${at} must be ${allowed.join(' or ')}`];

const nameProblems = (value: unknown, at: string): string[] =>
  typeof value === 'string' && NAME.test(value) ? [] : [`${at} must be a DNS label`];

const textProblems = (value: unknown, at: string, longest: number): string[] =>
  value === undefined || (typeof value === 'string' && value.length <= longest)
    ? []
    : [`${at} must be a text of ${longest} characters at most`];

const shorthandProblems = (value: unknown, at: string): string[] =>
  typeof value === 'string' && SHORTHAND.test(value) ? [] : [`${at} must be a duration such as 30d`];

const refs = (items: unknown, at: string, field: string): string[] =>
  list(items).flatMap((item) => [
    ...fields(object(item), at, [field], []),
    ...nameProblems(object(item)[field], `${at}.${field}`),
  ]);
