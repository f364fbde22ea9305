const SIGNALS = ["SIGTERM", "SIGINT"] as const;

/** Resolves with the first signal that ends an emulated device. */
export function untilSignal(): Promise<void> {
	return new Promise((resolve) => {
		for (const signal of SIGNALS) process.once(signal, () => resolve());
	});
}
