/** What two services have by the same name, and what one alone has. */
export const SHARED = 'shared';
export const SOLE = 'sole';
/** The layer of which tables are moved by several services. */
export const LAYER = 'silver';
