/* global native */

// One function for each of trial.c; trial.d.ts says what they do.
export default Object.freeze(
	{
		canTry() {
			return native("xs_trial_can_try").call(this);
		},
		keepsOther() {
			return native("xs_trial_keeps_other").call(this);
		},
		onTrial() {
			return native("xs_trial_on_trial").call(this);
		},
		selected() {
			return native("xs_trial_selected").call(this);
		},
		capacity() {
			return native("xs_trial_capacity").call(this);
		},
		image(other) {
			return native("xs_trial_image").call(this, other);
		},
		tryNext() {
			return native("xs_trial_try_next").call(this);
		},
		untry() {
			return native("xs_trial_untry").call(this);
		},
		confirm() {
			return native("xs_trial_confirm").call(this);
		},
		rollBack() {
			return native("xs_trial_roll_back").call(this);
		},
		restart() {
			return native("xs_trial_restart").call(this);
		},
	},
	true,
);
