import type { AnnotationJson, DashboardJson } from '../../dashboards/src/engine/model.ts';
import type { ShownPanel } from './reading.ts';

/** The part of a dashboard that was changed, as it has become. */
export type ChangedPart =
  | { readonly range: DashboardJson }
  | { readonly marks: AnnotationJson }
  | { readonly panel: ShownPanel };

/** One thing changed in how a dashboard shows what it asks. */
export interface Changed {
  /** Of the item that was changed. */
  readonly title: string;
  readonly change: string;
  readonly part: ChangedPart;
}

/** What is easily taken for each unit and each colour. */
const UNITS: { readonly [unit: string]: string } = {
  s: 'ms',
  percentunit: 'percent',
  short: 'percentunit',
  cpm: 'ops',
  rowsps: 'short',
  reqps: 'cpm',
  ops: 'cpm',
  decbytes: 'short',
};
const COLORS: { readonly [color: string]: string } = {
  green: 'red',
  red: 'green',
  yellow: 'green',
  blue: 'yellow',
};

type Json = { readonly [key: string]: unknown };

/** A change of a part of a model: by the path to it. */
interface Edit {
  readonly path: readonly (string | number)[];
  /** Undefined to leave it out. */
  readonly value: unknown;
  readonly change: string;
}

/** Every change of what is not a query. */
export function changesOf(dashboard: DashboardJson): Changed[] {
  const { time } = dashboard;
  const from = String(time?.from);
  const longer = from.replace(/\d+/, (count) => String(2 * Number(count)));
  return [
    {
      title: 'range',
      change: `from ${from} became twice as long`,
      part: { range: { ...dashboard, time: { ...time, from: longer } } },
    },
    ...(dashboard.annotations?.list ?? []).flatMap((mark) =>
      colorEdits(mark as Json, ['iconColor']).map(({ change, path, value }) => ({
        title: `marks ${mark.name}`,
        change,
        part: { marks: set(mark, path, value) },
      })),
    ),
    ...((dashboard.panels ?? []) as readonly (ShownPanel & Json)[]).flatMap((panel) =>
      panelEdits(panel).map(({ path, value, change }) => ({
        title: panel.title ?? '',
        change,
        part: { panel: set(panel, path, value) },
      })),
    ),
  ];
}

function panelEdits(panel: ShownPanel & Json): Edit[] {
  const isOfWords = panel.type === 'table' || panel.type === 'state-timeline';
  return [
    ...(isOfWords ? [] : scaleEdits(panel)),
    ...summaryEdits(panel),
    ...legendEdits(panel),
    ...mappingEdits(panel, ['fieldConfig', 'defaults', 'mappings'], 'a state'),
    ...overrideEdits(panel),
    ...tableEdits(panel),
  ];
}

function scaleEdits(panel: Json): Edit[] {
  const at = ['fieldConfig', 'defaults'];
  const { min, max } = get(panel, at) as { min?: number; max?: number };
  return [
    ...unitEdits(panel, [...at, 'unit']),
    ...(min === undefined ? [] : [leftOut([...at, 'min'])]),
    ...(max === undefined
      ? []
      : [{ path: [...at, 'max'], value: 2 * max, change: `max ${max} was doubled` }]),
    ...(get(panel, [...at, 'custom', 'drawStyle']) === undefined
      ? []
      : [leftOut([...at, 'custom', 'drawStyle'])]),
    ...(get(panel, [...at, 'custom', 'stacking', 'mode']) === 'normal'
      ? [leftOut([...at, 'custom', 'stacking'])]
      : []),
  ];
}

const summaryEdits = (panel: Json): Edit[] =>
  [
    ['options', 'legend', 'calcs', 0],
    ['options', 'reduceOptions', 'calcs', 0],
  ]
    .filter((path) => get(panel, path) !== undefined)
    .map((path) => ({ path, value: 'min', change: `${path[1]} says the minimum` }));

/** A legend without a label, without its words, or with those of the next query. */
function legendEdits({ targets = [], type }: ShownPanel): Edit[] {
  if (type === 'table') return [];
  return targets.flatMap(({ legendFormat = '', refId }, i) => {
    const path = ['targets', i, 'legendFormat'];
    const next = targets[i + 1]?.legendFormat;
    const become = (value: string): Edit => ({
      path,
      value,
      change: `legend ${refId} "${legendFormat}" became "${value}"`,
    });
    const labels = legendFormat.match(/\{\{\w+\}\}/g) ?? [];
    const words = labels.join(' ');
    return [
      ...labels.map((label) => become(legendFormat.replace(label, ''))),
      ...(words === legendFormat.trim() ? [] : [become(words)]),
      ...(next === undefined || next === legendFormat ? [] : [become(next)]),
    ];
  });
}

function overrideEdits(panel: ShownPanel & Json): Edit[] {
  const hidden = hiddenIn(panel);
  return (panel.fieldConfig?.overrides ?? []).flatMap(({ matcher, properties = [] }, i) => {
    const name = String(matcher?.options);
    // A column that is not shown has no look.
    if (hidden.has(name)) return [];
    return properties.flatMap(({ id = '', value }, j) => {
      const path = ['fieldConfig', 'overrides', i, 'properties', j, 'value'];
      const edits = propertyEdits(panel, id, path, value);
      const own: Edit[] = DRAWN.has(id)
        ? [{ path: path.slice(0, -1), value: {}, change: `${id} was left out` }]
        : edits;
      return own.map((edit) => ({ ...edit, change: `of ${name} ${edit.change}` }));
    });
  });
}

/** The columns that a table does not show. */
function hiddenIn({ transformations = [] }: ShownPanel): ReadonlySet<string> {
  const { excludeByName = {} } = (transformations.find(({ id }) => id === 'organize')?.options ?? {}) as {
    readonly excludeByName?: { readonly [name: string]: boolean };
  };
  return new Set(Object.keys(excludeByName).filter((name) => excludeByName[name]));
}

/** What makes a series look otherwise than the others. */
const DRAWN = new Set([
  'custom.axisPlacement',
  'custom.lineStyle',
  'custom.stacking',
  'custom.fillOpacity',
  'custom.thresholdsStyle',
  'custom.cellOptions',
]);

function propertyEdits(panel: Json, id: string, path: readonly (string | number)[], value: unknown): Edit[] {
  if (id === 'color') return colorEdits(panel, [...path, 'fixedColor']);
  if (id === 'unit') return unitEdits(panel, path);
  if (id === 'displayName') return [{ path, value: '?', change: `heading "${value}" was lost` }];
  if (id === 'mappings') return mappingEdits(panel, path, 'a value');
  if (id === 'max') return [{ path, value: 2, change: 'max was doubled' }];
  if (id !== 'thresholds') return [];
  const { steps } = value as { readonly steps: readonly { readonly value: number | null }[] };
  return steps.flatMap((step, k) => [
    ...(step.value === null
      ? []
      : [
          {
            path: [...path, 'steps', k, 'value'],
            value: 1.1 * step.value,
            change: `threshold ${step.value} became a tenth higher`,
          },
        ]),
    // A graph draws a line at each step, and there is none at what lies below all of them.
    ...(step.value === null && panel.type === 'timeseries'
      ? []
      : colorEdits(panel, [...path, 'steps', k, 'color']).map((edit) => ({
          ...edit,
          change: `threshold ${step.value}: ${edit.change}`,
        }))),
  ]);
}

function mappingEdits(panel: Json, path: readonly (string | number)[], what: string): Edit[] {
  const mappings = (get(panel, path) ?? []) as readonly { readonly options: Json }[];
  return mappings.flatMap(({ options }, i) =>
    Object.keys(options).flatMap((key) =>
      colorEdits(panel, [...path, i, 'options', key, 'color']).map((edit) => ({
        ...edit,
        change: `${what} ${key}: ${edit.change}`,
      })),
    ),
  );
}

function tableEdits({ transformations = [] }: ShownPanel): Edit[] {
  return transformations.flatMap(({ id, options }, i): Edit[] => {
    const path = ['transformations', i, 'options'];
    if (id === 'sortBy')
      return [{ path: [...path, 'sort', 0, 'desc'], value: true, change: 'the worst is last' }];
    if (id !== 'organize') return [];
    const { indexByName } = options as { readonly indexByName: { readonly [name: string]: number } };
    const [first, second] = Object.keys(indexByName);
    return first === undefined || second === undefined
      ? []
      : [
          {
            path: [...path, 'indexByName'],
            value: { ...indexByName, [first]: indexByName[second], [second]: indexByName[first] },
            change: `${first} stands behind ${second}`,
          },
        ];
  });
}

const unitEdits = (panel: Json, path: readonly (string | number)[]): Edit[] => {
  const unit = String(get(panel, path));
  const other = UNITS[unit];
  return other === undefined ? [] : [{ path, value: other, change: `unit ${unit} became ${other}` }];
};

const colorEdits = (panel: Json, path: readonly (string | number)[]): Edit[] => {
  const color = String(get(panel, path));
  const other = COLORS[color];
  return other === undefined ? [] : [{ path, value: other, change: `${color} became ${other}` }];
};

const leftOut = (path: readonly (string | number)[]): Edit => ({
  path,
  value: undefined,
  change: `${path.at(-1)} was left out`,
});

const get = (model: unknown, path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>((part, key) => (part as Json | undefined)?.[key], model);

/** The model with another value at a path; the rest is shared. */
function set<T>(model: T, [key, ...rest]: readonly (string | number)[], value: unknown): T {
  if (key === undefined) return value as T;
  if (Array.isArray(model)) return model.with(Number(key), set(model[Number(key)], rest, value)) as T;
  return { ...model, [key]: set((model as Json)[key], rest, value) } as T;
}
