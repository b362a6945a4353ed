import type { Path } from "../quote.ts";
import type { ApplicationConfiguration, Configuration } from "../schema.ts";

/** Cross-field rules: statements that one key alone can't tell. */

export type Platform = Omit<Configuration, "apps">;

/** A value that breaks a rule. */
export interface Finding {
  /** Place of the value. */
  readonly path: Path;
  /** Rule and remedy: "give ...", lower case, without full stop. */
  readonly remedy: string;
  /** What follows "is" where that isn't the value itself. */
  readonly got?: string;
}

/** The parts of a configuration that have the right shape. */
export interface WellFormed {
  readonly environment: string;
  readonly platform: Partial<Platform>;
  readonly apps: Readonly<Record<string, Partial<ApplicationConfiguration>>>;
  /** Whether a part (`network`, `apps.api.route`) has the right shape, so that rules may read it. */
  has(...path: string[]): boolean;
}

export interface Rule {
  /** The rule in one sentence, for the reference. */
  readonly statement: string;
  readonly check: (known: WellFormed) => Finding[];
}

type PlatformKey = keyof Platform;
type ApplicationKey = keyof ApplicationConfiguration;

/** A rule about the platform alone; skipped while a key that it reads is malformed. */
export function platformRule<K extends PlatformKey>(
  statement: string,
  reads: readonly K[],
  check: (platform: Pick<Platform, K>, environment: string) => Finding[],
): Rule {
  return {
    statement,
    check: (known) =>
      readable(known, reads) ? check(known.platform as Pick<Platform, K>, known.environment) : [],
  };
}

/** A rule about each application; paths are relative to `apps.<name>`. */
export function applicationRule<A extends ApplicationKey, K extends PlatformKey = never>(
  statement: string,
  reads: { readonly app: readonly A[]; readonly platform?: readonly K[] },
  check: (
    app: Pick<ApplicationConfiguration, A>,
    context: { name: string; platform: Pick<Platform, K>; environment: string },
  ) => Finding[],
): Rule {
  return applicationsRule(statement, reads, (apps, platform, environment) =>
    Object.entries(apps).flatMap(([name, app]) =>
      check(app, { name, platform, environment }).map((finding) => ({
        ...finding,
        path: ["apps", name, ...finding.path],
      })),
    ),
  );
}

/** A rule about applications among themselves; those with a malformed part that it reads are left out. */
export function applicationsRule<A extends ApplicationKey, K extends PlatformKey = never>(
  statement: string,
  reads: { readonly app: readonly A[]; readonly platform?: readonly K[] },
  check: (
    apps: Readonly<Record<string, Pick<ApplicationConfiguration, A>>>,
    platform: Pick<Platform, K>,
    environment: string,
  ) => Finding[],
): Rule {
  return {
    statement,
    check: (known) => {
      if (!readable(known, reads.platform ?? [])) return [];
      const apps = Object.entries(known.apps).filter(([name]) =>
        reads.app.every((key) => known.has("apps", name, key)),
      );
      return check(
        Object.fromEntries(apps) as Record<string, Pick<ApplicationConfiguration, A>>,
        known.platform as Pick<Platform, K>,
        known.environment,
      );
    },
  };
}

function readable(known: WellFormed, keys: readonly PlatformKey[]): boolean {
  return keys.every((key) => known.has(key));
}
