import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from "@tanstack/react-router";
import { AccountPage } from "./account/AccountPage";
import { ApiError, onSignedOut } from "./api/client";
import { client, meQuery, startQuery } from "./api/queries";
import { readSearch } from "./contacts/filters";
import { narrowingOf } from "./board/narrowing";
import { readSearch as readFigures } from "./figures/asking";
import { readSearch as readTarget } from "./target/search";
import { DeskPage } from "./desk/DeskPage";
import { Skeleton } from "./parts/Skeleton";
import { Trouble } from "./parts/Trouble";
import { ErrorBoundary } from "./shell/ErrorBoundary";
import { Frame } from "./shell/Frame";
import { NotFound } from "./shell/NotFound";
import { followMe } from "./shell/saveMe";
import { Toasts } from "./shell/Toasts";
import { SignInPage } from "./signin/SignInPage";
import { StartPage } from "./start/StartPage";

function Root() {
  return <ErrorBoundary><Outlet /><Toasts /></ErrorBoundary>;
}
const root = createRootRoute({ component: Root, notFoundComponent: NotFound });

const start = createRoute({
  getParentRoute: () => root, path: "/start", component: StartPage,
  loader: async () => {
    const facts = await client.ensureQueryData(startQuery);
    if (!facts.needs_administrator) throw redirect({ to: "/signin" });
  },
});
const signin = createRoute({
  getParentRoute: () => root, path: "/signin", component: SignInPage,
  validateSearch: (search: Record<string, unknown>): { to?: string } => {
    const to = search["to"];
    // Only a path of these pages: never another site.
    return typeof to === "string" && /^\/(?![/\\])/.test(to) ? { to } : {};
  },
  loader: async () => {
    const facts = await client.ensureQueryData(startQuery);
    if (facts.needs_administrator) throw redirect({ to: "/start" });
  },
});

/** Pages for the signed-in only. */
const inside = createRoute({
  getParentRoute: () => root, id: "inside", component: Frame,
  loader: async ({ location }) => {
    try {
      await client.ensureQueryData(meQuery);
      followMe();
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      const facts = await client.ensureQueryData(startQuery);
      if (facts.needs_administrator) throw redirect({ to: "/start" });
      throw redirect({ to: "/signin", search: location.href === "/desk" || location.href === "/" ? {} : { to: location.href } });
    }
  },
});
const home = createRoute({ getParentRoute: () => inside, path: "/", beforeLoad: () => { throw redirect({ to: "/desk" }); } });
const desk = createRoute({ getParentRoute: () => inside, path: "/desk", component: DeskPage });
const contact = createRoute({ getParentRoute: () => desk, path: "/$contactId" });
const contactsPage = lazyRouteComponent(() => import("./contacts/ContactsPage"), "ContactsPage");
const contacts = createRoute({ getParentRoute: () => inside, path: "/contacts", component: contactsPage, validateSearch: readSearch });
const figuresPage = lazyRouteComponent(() => import("./figures/FiguresPage"), "FiguresPage");
const figures = createRoute({ getParentRoute: () => inside, path: "/figures", component: figuresPage, validateSearch: readFigures });
const account = createRoute({ getParentRoute: () => inside, path: "/account", component: AccountPage });
const board = createRoute({
  getParentRoute: () => inside, path: "/board", component: lazyRouteComponent(() => import("./board/BoardPage"), "BoardPage"),
  validateSearch: narrowingOf,
});
const waits = createRoute({ getParentRoute: () => inside, path: "/waits", component: lazyRouteComponent(() => import("./waits/WaitsPage"), "WaitsPage") });
const target = createRoute({ getParentRoute: () => inside, path: "/target", component: lazyRouteComponent(() => import("./target/TargetPage"), "TargetPage"), validateSearch: readTarget });
const trialsPage = lazyRouteComponent(() => import("./trials/TrialsPage"), "TrialsPage");
const trials = createRoute({ getParentRoute: () => inside, path: "/trials", component: trialsPage });
const trialsOne = createRoute({ getParentRoute: () => trials, path: "/$trialId" });
const twinPage = lazyRouteComponent(() => import("./twin/TwinPage"), "TwinPage");
const twin = createRoute({ getParentRoute: () => inside, path: "/twin", component: twinPage });
const twinScenario = createRoute({ getParentRoute: () => twin, path: "/scenarios/$scenarioId" });
const twinRun = createRoute({ getParentRoute: () => twin, path: "/runs/$runId" });
const menusPage = lazyRouteComponent(() => import("./menus/MenusPage"), "MenusPage");
const menus = createRoute({ getParentRoute: () => inside, path: "/menus", component: menusPage });
const menusOne = createRoute({ getParentRoute: () => menus, path: "/$menuId" });
const adminPage = lazyRouteComponent(() => import("./admin/AdminPage"), "AdminPage");
const adminHome = createRoute({
  getParentRoute: () => inside, path: "/admin",
  beforeLoad: () => { throw redirect({ to: "/admin/$noun", params: { noun: "brands" } }); },
});
const admin = createRoute({ getParentRoute: () => inside, path: "/admin/$noun", component: adminPage });
const adminOne = createRoute({ getParentRoute: () => admin, path: "/$id" });

export const router = createRouter({
  routeTree: root.addChildren([
    start, signin,
    inside.addChildren([home, desk.addChildren([contact]), contacts, board, figures, waits, target, trials.addChildren([trialsOne]), twin.addChildren([twinScenario, twinRun]), menus.addChildren([menusOne]), account, adminHome, admin.addChildren([adminOne])]),
  ]),
  defaultPendingComponent: () => <main style={{ padding: 28, maxWidth: 560 }}><Skeleton /></main>,
  defaultPendingMs: 300,
  defaultErrorComponent: ({ error }) => (
    <main style={{ padding: 28, maxWidth: 560 }}><Trouble title="Affluent" error={error} onRetry={() => location.reload()} /></main>
  ),
});
declare module "@tanstack/react-router" {
  interface Register { router: typeof router }
}

/** The session ended meanwhile: sign in again, then come back here. Drafts wait on this browser. */
onSignedOut(() => {
  const { href, pathname } = router.state.location;
  if (pathname === "/signin" || pathname === "/start") return;
  client.clear();
  void router.navigate({ to: "/signin", search: { to: href } });
});
