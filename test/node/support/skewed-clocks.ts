// Loaded before the program under test: hours of the system clock, and the program's own waits, take no time.
const aheadMs = Number(process.env.SYSTEM_CLOCK_AHEAD_MS ?? 0);
const faster = Number(process.env.CLOCK_FASTER ?? 1);
const systemNow = Date.now.bind(Date);
Date.now = () => systemNow() + aheadMs;

if (faster !== 1) {
	const now = performance.now.bind(performance);
	let startMs: number | undefined;
	// From the first reading on: what the machine takes to load the program is not the program's time.
	performance.now = () => {
		startMs ??= now();
		return startMs + (now() - startMs) * faster;
	};
	const plain = globalThis.setTimeout;
	const sped = (callback: () => void, delayMs = 0) => plain(callback, delayMs / faster);
	globalThis.setTimeout = Object.assign(sped, plain) as unknown as typeof setTimeout;
}
