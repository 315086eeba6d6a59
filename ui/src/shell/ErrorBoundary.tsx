import { Component, type ReactNode } from "react";
import i18next from "i18next";
import { Button } from "../parts/Button";
import "../parts/state.css";

/** A fault of the page: said plainly; nothing typed is lost, drafts are kept on this browser. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: Error): { error: Error } {
    return { error };
  }
  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <main style={{ padding: 28, maxWidth: 560 }}>
        <div className="box-state wrong" role="alert">
          <h1>{i18next.t("trouble.page")}</h1>
          <p>{i18next.t("trouble.page_kept")}</p>
          <p className="small three">{error.message}</p>
          <div className="row"><Button look="main" onPress={() => location.reload()}>{i18next.t("trouble.reload")}</Button></div>
        </div>
      </main>
    );
  }
}
