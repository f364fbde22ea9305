/** Written by `npm run mutants`: what found which mutants. */
export const FOUND: Readonly<Record<string, readonly string[]>> = {};
