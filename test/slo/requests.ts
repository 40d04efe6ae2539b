import { minutes } from '../scenario/world/time.ts';
import type { Told, Values } from './history.ts';

/** The route that histories of one route tell of. */
export const ROUTE = '/admin/jobs';

/** What a figure of it is. */
export const about = (value: number): Values => [[{ http_route: ROUTE, slo: 'admin-availability' }, value]];

/** Answered requests of a route with this status. */
export const requests = (
  status: string,
  told: Told,
  route = ROUTE,
  instance = 'a',
): { readonly [series: string]: Told } => ({
  [`http_server_request_duration_seconds_count{http_request_method="GET",http_response_status_code="${status}",http_route="${route}",instance="${instance}"}`]:
    told,
});

/** So many a minute, from the start on. */
export const perMinute =
  (count: number): Told =>
  (time) =>
    (count * time) / 60;

export const MINUTELY = { scrape: minutes(1), evaluation: minutes(1) };
