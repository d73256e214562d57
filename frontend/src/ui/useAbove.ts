/** While a dialog stands over the step panel, Escape closes the dialog and not the panel. */
import { useEffect } from "react";
import { useUi } from "@/store/ui";

export function useAbove(): void {
  useEffect(() => {
    const count = (by: number) => useUi.setState((state) => ({ above: state.above + by }));
    count(1);
    // After the key press that closed it has been heard by everybody.
    return () => void setTimeout(count, 0, -1);
  }, []);
}
