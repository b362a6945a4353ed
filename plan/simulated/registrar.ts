import type { Account, Properties } from "./account.ts";

/** One child of a remote component, as its provider would register it. */
export interface RemoteChild {
  readonly type: string;
  readonly name: string;
  readonly inputs: Properties;
  /** Name and type of the parent when that is a sibling; default: the component. */
  readonly parent?: { readonly type: string; readonly name: string };
}

/** A child as its siblings and the component's outputs see it. */
export interface RegisteredChild {
  readonly id: string;
  readonly state: Properties;
  readonly reference: Properties;
}

/** What an expansion may ask for: registers a child and gives a reference to it. */
export interface Registrar {
  readonly account: Account;
  /** Name of the component. */
  readonly name: string;
  readonly inputs: Properties;
  /** Registers the child; answers with its outputs, its id and a reference for the component's outputs. */
  readonly register: (child: RemoteChild) => Promise<RegisteredChild>;
}
