import { closePlatform, openPlatform } from "./platform.ts";

/** Root hooks of the suite: clean before, clean afterwards. */
export const mochaHooks = { beforeAll: openPlatform, afterAll: closePlatform };
