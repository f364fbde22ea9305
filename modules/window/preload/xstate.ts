/** xstate between its two cures. Everything that uses xstate imports it from here, so that the order holds. */
import "./before-xstate.js";

export * from "xstate";

import "./after-xstate.js";
