urlpatterns = [
    # --- Activities ---
    # --- Events ---
    # --- Calendar ---
    # --- Cooperation ---
    # --- Dissemination ---
]
