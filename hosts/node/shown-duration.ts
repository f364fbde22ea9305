/** A duration for people: `45s`, `9m 30s`, `2h 5m`, `400d`. */
export function shownDuration(durationMs: number): string {
	const seconds = Math.round(durationMs / 1000);
	if (durationMs < 1000 && durationMs > 0) return `${Math.round(durationMs)}ms`;
	if (seconds < 60) return `${seconds}s`;
	const minutes = Math.floor(seconds / 60);
	if (minutes < 60) return seconds % 60 ? `${minutes}m ${seconds % 60}s` : `${minutes}m`;
	const hours = Math.floor(minutes / 60);
	if (hours >= 48) return hours % 24 ? `${Math.floor(hours / 24)}d ${hours % 24}h` : `${hours / 24}d`;
	return minutes % 60 ? `${hours}h ${minutes % 60}m` : `${hours}h`;
}
