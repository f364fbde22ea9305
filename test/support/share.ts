/** Set to 1: tests that take a share of their cases take them all. `UPDATE_WINDOW_WHOLE=1 npx ava dist/test/mcu/firmware-faults.test.js` */
const isWhole = process.env.UPDATE_WINDOW_WHOLE === "1";

/** Of cases in a row, of which neighbours hardly differ, every so many-th and the last one; all of them in a whole run. */
export function shareOf<T>(all: readonly T[], every: number): T[] {
	return all.filter((_, index) => isWhole || index % every === 0 || index === all.length - 1);
}

/** Some of the cases in place of all of them, but for a whole run. */
export function orAll<T>(some: readonly T[], all: readonly T[]): readonly T[] {
	return isWhole ? all : some;
}

/** So many cases by chance, and more of them in a whole run. */
export function timesOf(times: number, whole: number): number {
	return isWhole ? whole : times;
}
