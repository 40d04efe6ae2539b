import { givenOptions, unknownNames } from '../../base/index.ts';
import { DeclarationError } from '../../catalog/index.ts';
import { processStore } from '../../store/index.ts';
import { httpServerErrorObjective, httpServerLatencyObjective } from './metrics.ts';

/** What is promised of the requests to a route. */
export interface RouteObjectives {
  /**
   * The share of requests that may fail on our side (status 5xx): above 0 and below 0.5. Beyond it the shipped rules warn, beyond twice as much they
   * page. Default: nothing is declared, and the rules hold the route to 0.05.
   */
  readonly errorRatio?: number;
  /** Within how many seconds 95 % of the requests are answered: above 0 and below 10. Default: nothing is declared, and the rules hold the route to 1. */
  readonly latencySeconds?: number;
}

/** What is promised of every route, and of some that differ. */
export interface HttpObjectives extends RouteObjectives {
  /** By the pattern of the route, as it stands in `http_route`: `'/orders/:id'`. What one leaves out is as for every route. Default: none. */
  readonly routes?: { readonly [route: string]: RouteObjectives };
}

const SUBJECT = 'The objectives of HTTP routes';
const OF_A_ROUTE = ['errorRatio', 'latencySeconds'] as const;
/** Without the label it is said of every route. */
const EVERY_ROUTE = '';
/** What takes longer than the last bound of the histogram can't be told from what takes much longer. */
const LONGEST_SECONDS = 10;

/**
 * Declares what requests to this process promise, as metrics by which the shipped rules judge them:
 * `declareHttpObjectives({ latencySeconds: 0.3, routes: { '/reports/:id': { latencySeconds: 5 } } })`.
 *
 * `observeHttpServer` takes the same as its option `objectives`; this is for a host whose requests OpenTelemetry's instrumentation measures. What is
 * declared again replaces what was. Throws a `DeclarationError` that lists every problem. Returns the function that takes it back.
 */
export function declareHttpObjectives(objectives: HttpObjectives): () => void {
  try {
    return declare(objectives);
  } catch (error) {
    throw DeclarationError.from(error, SUBJECT);
  }
}

function declare(objectives: HttpObjectives): () => void {
  const promises = promisesOf(objectives);
  const problems = promises.flatMap(problemsOf);
  if (isObject(objectives)) problems.push(...unknownNames(objectives, [...OF_A_ROUTE, 'routes']));
  if (problems.length > 0) throw new DeclarationError(SUBJECT, problems);
  const store = processStore();
  const gauges = {
    errorRatio: store.gauge(httpServerErrorObjective),
    latencySeconds: store.gauge(httpServerLatencyObjective),
  };
  const declared = promises.flatMap(([http_route, promised]) =>
    OF_A_ROUTE.flatMap((name) => {
      const value = promised[name];
      if (value === undefined) return [];
      gauges[name].set(value, { http_route });
      return [() => gauges[name].remove({ http_route })];
    }),
  );
  return () => {
    for (const takeBack of declared) takeBack();
  };
}

type Promised = readonly [route: string, promised: RouteObjectives];

/** What is said of every route and of each, read once. */
function promisesOf(objectives: HttpObjectives): readonly Promised[] {
  const { routes, ...all } = givenOptions(objectives, [...OF_A_ROUTE, 'routes']) ?? {};
  if (!isObject(objectives) || (routes !== undefined && !isObject(routes)))
    throw new DeclarationError(SUBJECT, [
      "they must be an object such as { latencySeconds: 0.5, routes: { '/orders/:id': { errorRatio: 0.01 } } }",
    ]);
  const own = Object.entries(routes ?? {}).map(
    ([route, each]): Promised => [route, givenOptions(each, OF_A_ROUTE)],
  );
  return [[EVERY_ROUTE, all], ...own];
}

function problemsOf([route, promised]: Promised, index: number): string[] {
  const where = index === 0 ? '' : `routes[${JSON.stringify(route)}]`;
  if (where !== '' && route === EVERY_ROUTE)
    return ['routes must name no empty route: what is said of every route stands beside it'];
  if (!isObject(promised)) return [`${where} must be an object such as { latencySeconds: 0.5 }`];
  const { errorRatio, latencySeconds } = promised;
  const name = (option: string) => (where === '' ? option : `${where}.${option}`);
  return [
    ...(isWithin(errorRatio, 0.5) ? [] : [`${name('errorRatio')} must be a number above 0 and below 0.5`]),
    ...(isWithin(latencySeconds, LONGEST_SECONDS)
      ? []
      : [`${name('latencySeconds')} must be a number above 0 and below ${LONGEST_SECONDS}`]),
  ];
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const isWithin = (value: unknown, below: number): boolean =>
  value === undefined || (typeof value === 'number' && value > 0 && value < below);
