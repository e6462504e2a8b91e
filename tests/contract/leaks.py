"""Every path by which something can be read, with the tests that fail when its guard is missing.

Who adds an address adds it here; ``test_leaks.py`` fails when an address of ours is in no row, or when a
row names a test that does not exist.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ReadPath:
    """``urls``: names of addresses it covers; ``tests``: file::function, relative to ``tests/``; ``why`` when it needs none."""

    name: str
    urls: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    why: str = ""


LEAKS = "contract/test_leaks.py::"
PATHS = [
    ReadPath("page", ("wagtail_serve",), (f"{LEAKS}test_a_restricted_page_is_not_read",)),
    ReadPath("menu and list of pages below", (), (f"{LEAKS}test_menus_and_lists_leave_restricted_pages_out",)),
    ReadPath(
        "translation of a page, its address and its state",
        (),
        (
            "cms/languages/test_audience.py::test_the_twin_of_a_private_page_is_private",
            "cms/languages/test_audience.py::test_moving_the_source_takes_the_twin_along",
            "cms/languages/test_audience.py::test_deleting_the_german_page_does_not_open_the_translation",
            "cms/languages/test_links.py::test_the_intranet_links_its_own",
            "cms/languages/test_links.py::test_search_engines_learn_of_translations",
            "cms/languages/test_links.py::test_links_in_texts_lead_to_the_translation",
            "cms/languages/test_states.py::test_the_report_shows_what_one_may_change",
            "cms/languages/test_states.py::test_a_private_source_is_not_named_to_those_who_may_not_see_it",
            "cms/languages/test_states.py::test_only_those_who_may_change_a_page_send_it_for_translation",
        ),
    ),
    ReadPath("breadcrumbs", (), (f"{LEAKS}test_breadcrumbs_leave_restricted_pages_out",)),
    ReadPath("sitemap", ("sitemap",), (f"{LEAKS}test_the_sitemap_names_public_things_only",)),
    ReadPath("link in rich text and link block", (), (f"{LEAKS}test_a_link_block_leaves_restricted_pages_out",)),
    ReadPath(
        "contact, hours, document and services blocks", (), (f"{LEAKS}test_blocks_show_only_what_the_reader_may_see",)
    ),
    ReadPath(
        "map, gallery, video, documents, teaser and list blocks",
        (),
        (
            "cms/content/test_blocks_rights.py::test_no_block_shows_what_the_reader_may_not_see",
            "cms/content/test_blocks_rights.py::test_links_in_text_leave_restricted_pages_out",
            "cms/content/test_blocks_rights.py::test_what_a_block_hides_is_not_in_the_search_entry_of_its_page",
        ),
    ),
    ReadPath("map tile", ("map_tile",), why="the same for everybody, pictures of a public source"),
    ReadPath(
        "preview, also as a visitor or a member of staff",
        (),
        (
            f"{LEAKS}test_the_preview_asks_for_the_right_to_edit",
            "cms/content/test_previewing.py::test_what_is_for_staff_is_seen_as_staff_and_not_as_a_visitor",
            "cms/content/test_previewing.py::test_who_is_no_member_of_staff_sees_nothing_as_staff",
        ),
    ),
    ReadPath(
        "image, rendition, document",
        ("media",),
        (f"{LEAKS}test_private_files_do_not_exist_for_the_public", f"{LEAKS}test_private_files_are_not_cached"),
    ),
    ReadPath(
        "search: hits, totals, facets, suggestions, corrections, highlights",
        ("search:results", "search:suggestions", "api_search"),
        (
            "search/test_search.py::test_staff_finds_what_the_public_must_not",
            "search/test_search.py::test_words_of_internal_notes_are_not_searched_for_the_public",
            "search/test_search.py::test_suggestions_and_corrections_know_only_visible_words",
            f"{LEAKS}test_search_addresses_hide_restricted_records",
        ),
    ),
    ReadPath(
        "picture on a page: sizes, credit, caption",
        (),
        ("cms/media/test_pictures.py::test_a_picture_in_a_closed_collection_is_shown_to_its_readers_only",),
    ),
    ReadPath(
        "image after its last day",
        (),
        ("cms/media/test_pictures.py::test_an_expired_picture_leaves_pages_and_files",),
    ),
    ReadPath(
        "earlier version of a document, and old names of the current one",
        (),
        (
            "cms/media/test_documents.py::test_earlier_versions_are_for_those_who_may_change_the_document",
            "cms/media/test_documents.py::test_a_closed_document_is_closed_under_its_old_names",
        ),
    ),
    ReadPath(
        "place and person in the file of an image",
        (),
        ("cms/media/test_cleaning.py::test_place_device_maker_note_and_foreign_words_are_gone",),
    ),
    ReadPath(
        "reports on images and documents",
        (),
        ("cms/media/test_admin.py::test_the_report_is_for_those_who_may_change_images_of_a_collection",),
    ),
    ReadPath(
        "part, unchanged answer and hand-over of a file",
        (),
        (
            "cms/access/test_media.py::test_an_unchanged_file_is_not_sent_again_but_still_checked",
            "cms/access/test_media.py::test_the_web_server_sends_only_what_was_checked",
            "cms/access/test_media.py::test_object_storage_gets_a_short_lived_address",
        ),
    ),
    ReadPath("embedded media and records", (), ("cms/access/test_embedding.py::test_what_readers_miss_is_found",)),
    ReadPath(
        "file uploaded on a protected page",
        (),
        ("cms/access/test_uploads.py::test_an_upload_on_a_protected_page_is_protected",),
    ),
    ReadPath(
        "portal before anybody restricted it", (), ("cms/access/test_embedding.py::test_a_new_portal_is_private",)
    ),
    ReadPath("history, revisions and comparison", (), (f"{LEAKS}test_earlier_versions_are_for_those_who_edit",)),
    ReadPath(
        "search: feed, cards, recommendations, related and popular queries, ways out, names of filters",
        ("search:rss", "search:opened", "api_search_suggestions"),
        (
            "search/test_page.py::test_the_feed_is_public_for_everybody_and_says_so",
            "search/test_page.py::test_a_filter_for_an_office_nobody_may_see_does_not_name_it",
            "search/test_cards.py::test_a_place_not_everybody_may_see_stays_off_the_card",
            "search/test_cards.py::test_skills_are_for_staff_alone",
            "search/test_curation.py::test_a_bet_does_not_show_what_the_reader_may_not_see",
            "search/learning/test_related.py::test_what_finds_nothing_for_this_reader_is_not_shown",
            "search/learning/test_related.py::test_a_record_that_becomes_internal_takes_its_query_along",
            "search/test_search.py::test_suggestions_and_corrections_know_only_visible_words",
        ),
    ),
    ReadPath(
        "description of the search for browsers", ("search:opensearch",), why="the same for everybody, no records"
    ),
    ReadPath("search compared", ("search:compare",), (f"{LEAKS}test_the_comparison_is_for_staff",)),
    ReadPath(
        "services",
        (
            "services:index",
            "services:service",
            "services:service_print",
            "services:life_situations",
            "services:life_situation",
            "services:by_office",
            "services:office",
            "api_services",
            "api_service",
            "api_life-situations",
            "api_life_situation",
        ),
        (f"{LEAKS}test_a_restricted_service_is_on_no_page", f"{LEAKS}test_counts_do_not_count_restricted_services"),
    ),
    ReadPath(
        "directory",
        (
            "directory:units",
            "directory:unit",
            "directory:locations",
            "directory:location",
            "directory:person",
            "api_units",
            "api_unit",
            "api_locations",
            "api_location",
        ),
        (f"{LEAKS}test_restricted_units_locations_and_people_are_on_no_page",),
    ),  # fmt: skip
    ReadPath(
        "feeds and calendars",
        ("feeds:feed", "notices:all"),
        (
            "cms/feeds/test_feeds.py::test_nothing_private_is_in_a_feed_whoever_asks",
            "cms/feeds/test_feeds.py::test_a_private_section_has_no_feed_for_anybody",
            "cms/feeds/test_feeds.py::test_notices_begin_and_end_to_the_second",
            "cms/feeds/test_calendars.py::test_a_restricted_or_unused_place_has_no_calendar",
        ),
    ),
    ReadPath(
        "cases: by link, look-up, account and admin",
        ("cases:look_up", "cases:sent", "cases:status", "cases:mine", "cases:own"),
        (
            "cms/cases/test_views.py::test_a_link_that_is_none",
            "cms/cases/test_views.py::test_nobody_learns_whether_there_is_a_case",
            "cms/cases/test_views.py::test_the_page_stays_out_of_caches_indexes_and_foreign_logs",
            "cms/cases/test_views.py::test_a_unit_the_reader_may_not_see_is_not_shown",
            "cms/cases/test_views.py::test_people_see_their_own_cases_in_their_account",
            "cms/cases/test_views.py::test_the_admin_lists_cases_of_the_unit_only",
            "cms/cases/test_cases.py::test_cases_are_seen_by_their_person_and_their_unit",
            "cms/cases/test_cases.py::test_address_text_and_link_lie_unreadable",
        ),
    ),
    ReadPath(
        "hand-overs of forms: schema, files as links, list, targets",
        ("forms:schema", "forms:handed_file"),
        (
            "plugins/forms/test_handover.py::test_the_schema_of_an_internal_form_is_for_staff",
            "plugins/forms/test_handover.py::test_secrets_lie_sealed_and_stay_when_not_given",
            "plugins/forms/test_handover.py::test_an_adapter_that_breaks_leaks_nothing",
            "plugins/forms/test_handover_files.py::test_links_that_are_made_up_or_over",
            "plugins/forms/test_handover_files.py::test_what_the_scanner_has_not_passed_goes_nowhere",
            "plugins/forms/test_handover_admin.py::test_the_list_shows_the_unit_and_nothing_else",
            "plugins/forms/test_handover_admin.py::test_who_has_no_right_sees_no_list",
            "plugins/forms/test_handover_admin.py::test_targets_are_set_up_and_their_secrets_never_shown",
        ),
    ),
    ReadPath(
        "forms: register, page of a form, paper",
        (
            "forms:index",
            "forms:form",
            "forms:begin",
            "forms:paper",
            "forms:paper_pdf",
            "forms:version_pdf",
            "forms:counter",
            "forms:map",
        ),
        (
            "plugins/forms/test_filling_places.py::test_the_map_shows_what_is_near_and_nothing_else",
            "plugins/forms/test_filling_sending.py::test_an_internal_form_does_not_exist_for_the_public",
            "plugins/forms/test_filling_paper.py::test_former_versions_can_still_be_printed_and_drafts_not",
            "plugins/forms/test_filling_paper.py::test_nobody_else_fills_in_for_others",
        ),
    ),
    ReadPath(
        "forms by API, in the search and on pages of services",
        ("api_forms", "api_form"),
        (
            "plugins/forms/test_filling_elsewhere.py::test_the_api_keeps_internal_forms_to_itself",
            "plugins/forms/test_filling_elsewhere.py::test_the_search_knows_forms_with_their_audience",
            "plugins/forms/test_filling_elsewhere.py::test_a_service_leads_to_its_form",
        ),
    ),
    ReadPath(
        "forms: fillings below their secret address, by code and account, with their files",
        (
            "forms:fill",
            "forms:step",
            "forms:check",
            "forms:save",
            "forms:discard",
            "forms:sent",
            "forms:enter",
            "forms:submission_pdf",
            "forms:to_sign",
            "forms:file",
            "forms:sign",
            "forms:resume",
            "forms:go_on",
            "forms:identify",
            "forms:identified",
            "forms:lead",
        ),
        (
            "plugins/forms/test_filling.py::test_old_and_made_up_addresses_say_so",
            "plugins/forms/test_filling.py::test_pages_of_a_filling_are_private",
            "plugins/forms/test_filling.py::test_wrong_codes_are_answered_clearly_and_limited",
            "plugins/forms/test_filling.py::test_nothing_typed_lies_readable_in_the_database",
            "plugins/forms/test_filling_files.py::test_only_who_holds_the_filling_reads_its_files",
            "plugins/forms/test_filling_files.py::test_a_file_lies_sealed",
            "plugins/forms/test_filling_sending.py::test_an_internal_form_does_not_exist_for_the_public",
            "plugins/forms/test_filling_sending.py::test_an_account_finds_its_own_fillings_only",
            "plugins/forms/test_filling_sending.py::test_it_is_sent_when_the_second_person_agrees",
            "plugins/forms/test_filling_identity.py::test_nobody_identifies_themselves_for_the_filling_of_another_browser",
            "plugins/forms/test_filling_identity.py::test_who_has_not_chosen_here_is_led_nowhere",
            "plugins/forms/test_filling_identity.py::test_a_proof_of_identity_is_not_given_away_with_the_link",
            "plugins/forms/test_filling_identity.py::test_another_person_brings_nothing_of_the_first",
            "plugins/forms/test_filling_identity.py::test_what_staff_has_seen_is_sent_by_staff",
        ),
    ),
    ReadPath(
        "forms in the admin: builder, versions, targets, statistics, hand-overs of another unit",
        (),
        (
            "plugins/forms/test_other_units.py::test_pages_of_anothers_form",
            "plugins/forms/test_other_units.py::test_changes_to_anothers_form",
            "plugins/forms/test_other_units.py::test_the_entry_in_the_register_and_the_hand_overs",
            "plugins/forms/test_other_units.py::test_a_target_of_one_form_is_not_reached_by_another",
        ),
    ),
    ReadPath(
        "vCards",
        ("directory:unit_card", "directory:location_card", "directory:person_card"),
        (
            "cms/feeds/test_vcards.py::test_what_one_may_not_see_has_no_card",
            "cms/feeds/test_vcards.py::test_skills_are_on_no_card",
        ),
    ),
    ReadPath(
        "what pages tell machines (JSON-LD)",
        (),
        ("cms/feeds/test_linked.py::test_nothing_is_told_that_the_reader_may_not_see",),
    ),
    ReadPath(
        "open data: page, files, sizes, catalogue",
        (
            "opendata:index",
            "opendata:catalogue_ttl",
            "opendata:catalogue_rdf",
            "opendata:catalogue_jsonld",
            "opendata:csv",
            "opendata:json",
        ),
        (
            "cms/opendata/test_files.py::test_files_hold_what_everybody_may_see_whoever_asks",
            "cms/opendata/test_files.py::test_restricted_things_do_not_count",
        ),
    ),
    ReadPath("internal note", (), ("plugins/services/test_pages_core.py::test_the_internal_note_is_for_staff",)),
    ReadPath(
        "did you find it",
        ("visits:helpful",),
        ("cms/visits/test_helpful.py::test_a_page_the_reader_may_not_see_is_answered_like_none",),
    ),
    ReadPath(
        "page care, its reports and the editors' start page",
        (),
        (
            "cms/editing/test_care.py::test_page_care_is_for_those_who_may_edit_the_page",
            "cms/editing/test_care.py::test_reports_name_only_pages_the_reader_may_edit",
            "cms/editing/test_duplicates.py::test_a_copy_the_reader_may_not_see_is_not_named",
            "cms/editing/test_uses.py::test_what_the_reader_may_not_edit_is_not_named",
        ),
    ),
    ReadPath(
        "references, filters and validators of the API",
        (),
        (
            "cms/api/test_reading.py::test_references_to_what_the_caller_may_not_see_are_left_out",
            "cms/api/test_reading.py::test_filters_find_nothing_by_what_the_caller_may_not_see",
            "cms/api/test_validators.py::test_an_answer_for_one_is_no_unchanged_answer_for_another",
        ),
    ),
    ReadPath(
        "pages, images, documents, menus, addresses and drafts by API",
        (
            "api_pages",
            "api_page",
            "api_images",
            "api_image",
            "api_documents",
            "api_document",
            "api_menus",
            "api_addresses",
            "api_preview",
        ),
        (
            "cms/content/test_api_rights.py::test_restricted_pages_are_nowhere",
            "cms/content/test_api_rights.py::test_links_in_texts_and_blocks_leave_restricted_things_out",
            "cms/content/test_api_rights.py::test_closed_and_expired_images_are_nowhere",
            "cms/content/test_api_rights.py::test_closed_documents_are_nowhere",
            "cms/content/test_api_rights.py::test_an_old_address_does_not_tell_where_a_restricted_page_is",
            "cms/content/test_api_rights.py::test_a_draft_is_shown_by_its_link_alone",
            "cms/content/test_api_rights.py::test_the_link_to_a_draft_ends_with_the_right_and_the_day",
        ),
    ),
    ReadPath("caches", (), (f"{LEAKS}test_answers_for_people_signed_in_are_private",)),
    ReadPath("error page", (), (f"{LEAKS}test_the_error_page_says_the_same_for_hidden_and_missing",)),
    ReadPath("figures of operation", ("metrics",), (f"{LEAKS}test_figures_are_for_the_local_machine_or_the_token",)),
    ReadPath(
        "accounts",
        (
            "account_login",
            "admin_login",
            "account_logout",
            "account_signup",
            "account_inactive",
            "account_reauthenticate",
            "account_change_password",
            "account_set_password",
            "account_reset_password",
            "account_reset_password_done",
            "account_reset_password_from_key",
            "account_reset_password_from_key_done",
            "account_email_verification_sent",
            "account_confirm_email",
            "account_email",
            "account_request_login_code",
            "account_confirm_login_code",
        ),
        (f"{LEAKS}test_a_password_reset_does_not_tell_who_has_an_account",),
    ),  # fmt: skip
    ReadPath(
        "own account and its data",
        ("account", "account_data", "account_delete", "usersessions_list"),
        (
            "cms/accounts/test_leaving.py::test_nothing_of_others_is_handed_out",
            "cms/accounts/test_leaving.py::test_deleting_asks_for_the_password_again_after_a_while",
            "cms/accounts/test_sign_in.py::test_sessions_are_listed_and_ended",
        ),
    ),
    ReadPath(
        "sign-in by code, service and second factor",
        (
            "staff_sign_in",
            "openid_connect_login",
            "openid_connect_callback",
            "socialaccount_login_cancelled",
            "socialaccount_login_error",
            "socialaccount_signup",
            "socialaccount_connections",
            "mfa_index",
            "mfa_authenticate",
            "mfa_reauthenticate",
            "mfa_activate_totp",
            "mfa_deactivate_totp",
            "mfa_view_recovery_codes",
            "mfa_generate_recovery_codes",
            "mfa_download_recovery_codes",
            "mfa_list_webauthn",
            "mfa_add_webauthn",
            "mfa_edit_webauthn",
            "mfa_remove_webauthn",
            "mfa_reauthenticate_webauthn",
            "mfa_login_webauthn",
        ),
        (
            "cms/accounts/test_sign_in.py::test_codes_are_not_sent_to_strangers_but_nobody_notices",
            "cms/accounts/test_sign_in.py::test_registering_again_does_not_tell_that_there_is_an_account",
            "cms/accounts/test_staff_sign_in.py::test_an_unchecked_address_takes_over_nobodys_account",
            "cms/accounts/test_rights.py::test_whoever_has_a_second_factor_is_asked_for_it",
        ),
    ),
    ReadPath(
        "invitation",
        ("accept_invitation",),
        (
            "cms/accounts/test_invitations.py::test_a_made_up_key_is_not_found",
            "cms/accounts/test_invitations.py::test_the_key_is_not_stored",
        ),
    ),
    ReadPath(
        "draft by an outside reviewer's link",
        ("reviews:review", "reviews:draft", "reviews:comment", "reviews:answer"),
        (
            "cms/reviews/test_outside.py::test_the_link_opens_nothing_else_that_is_not_public",
            "cms/reviews/test_outside.py::test_the_link_shows_the_draft_and_the_public_address_does_not",
            "cms/reviews/test_outside.py::test_a_link_that_is_over_says_so_and_shows_nothing",
            "cms/reviews/test_outside.py::test_made_up_keys_are_not_found_and_soon_refused",
            "cms/reviews/test_outside.py::test_only_who_may_edit_the_page_asks_and_sees",
            "cms/reviews/test_outside.py::test_the_key_is_in_the_mail_only",
        ),
    ),
    ReadPath(
        "records outside the scope of a role",
        (),
        (
            "cms/accounts/test_rights.py::test_a_role_in_a_unit_reaches_the_records_of_the_unit_and_below",
            "cms/accounts/test_rights.py::test_bulk_actions_do_not_reach_further",
            "cms/accounts/test_rights.py::test_nobody_gives_or_takes_roles_without_the_right",
        ),
    ),
    ReadPath(
        "mail and what one wants to be told",
        ("notification_preferences", "unsubscribe"),
        (
            "cms/notifications/test_mail.py::test_people_set_their_preferences_on_a_page",
            "cms/notifications/test_mail.py::test_nobody_can_unsubscribe_others",
            "cms/notifications/test_mail.py::test_mails_of_libraries_are_queued_one_for_each_recipient",
        ),
    ),
    ReadPath(
        "background work of operators",
        (),
        (
            "cms/jobs/test_jobs.py::test_editors_do_not_operate",
            "cms/jobs/test_jobs.py::test_operators_see_what_was_given_up_and_try_it_again",
        ),
    ),
    ReadPath(
        "notices on pages, in cards, lists and results, on error pages, by API",
        ("api_notices", "api_notice"),
        (
            "cms/notices/test_notices.py::test_a_notice_for_staff_is_on_no_page_of_the_public",
            "cms/notices/test_notices.py::test_the_api_lists_what_the_caller_may_see",
            "cms/notices/test_notices.py::test_a_notice_of_the_portal_is_on_its_pages_only",
        ),
    ),
    ReadPath(
        "writing by API: sources, errors, what is done by Idempotency-Key",
        ("api_notice_source", "api_notice_end", "api_location_source", "api_unit_source", "api_service_source"),
        (
            "cms/directory/test_writing.py::test_hidden_units_are_not_found",
            "cms/directory/test_writing.py::test_a_role_in_one_unit_reaches_no_further",
            "plugins/services/test_writing.py::test_drafts_of_others_are_not_found",
            "cms/api/test_whole_schema.py::test_every_address_keeps_to_the_schema",
            "cms/notices/test_writing.py::test_who_may_not_writes_nothing",
            "cms/notices/test_writing.py::test_hidden_notices_are_not_found",
            "cms/notices/test_writing.py::test_nobody_learns_by_writing_what_he_may_not_see",
            "cms/integrations/test_keys.py::test_without_the_scope_a_key_reads_what_everybody_reads",
            "cms/integrations/test_idempotency.py::test_a_new_key_of_the_same_integration_goes_on_and_others_are_apart",
        ),
    ),
    ReadPath(
        "access tokens and what is said about them",
        ("oauth_token", "oauth_revoke", "oauth_metadata"),
        (
            "cms/integrations/test_oauth.py::test_a_wrong_secret_gets_nothing",
            "cms/integrations/test_oauth.py::test_a_client_of_nobody_is_nobody",
            "cms/integrations/test_oauth.py::test_there_is_no_other_grant",
        ),
    ),
    ReadPath(
        "integrations, keys and what they wrote, in the admin",
        (),
        (
            "cms/integrations/test_admin.py::test_others_see_nothing",
            "cms/integrations/test_admin.py::test_a_key_is_shown_once",
        ),
    ),
    ReadPath(
        "barrier reports, receipts and the accessibility statement",
        ("accessibility:statement", "accessibility:report", "accessibility:thanks"),
        (
            "cms/accessibility/test_accessibility.py::test_what_people_wrote_is_not_published",
            "cms/accessibility/test_accessibility.py::test_nobody_sees_the_receipts_of_others",
            "cms/accessibility/test_accessibility.py::test_reports_are_for_those_who_mend_them",
        ),
    ),
    ReadPath(
        "chapters of guides and publications",
        (),
        (
            "cms/content/test_chapters.py::test_a_restricted_chapter_is_nowhere_in_the_guide",
            "cms/content/test_chapters.py::test_the_whole_of_a_restricted_guide_is_as_restricted",
        ),
    ),
    ReadPath(
        "step-by-steps and the boxes on their pages",
        (),
        (
            "cms/content/test_steps.py::test_a_restricted_step_by_step_is_on_no_page",
            "cms/content/test_steps.py::test_a_link_to_a_restricted_page_is_left_out",
            "cms/content/test_steps.py::test_a_draft_changes_no_box",
        ),
    ),
    ReadPath(
        "topic pages",
        (),
        (
            "cms/content/test_topics.py::test_restricted_things_are_not_listed_nor_counted",
            "cms/content/test_topics.py::test_what_becomes_restricted_leaves_the_list_at_once",
        ),
    ),
    ReadPath(
        "button of a landing page",
        (),
        ("cms/content/test_other_pages.py::test_the_button_leads_to_its_page_for_those_who_may_see_it",),
    ),
    ReadPath(
        "office of a contact page",
        (),
        ("cms/content/test_contact.py::test_an_office_the_reader_may_not_see_is_not_shown",),
    ),
    ReadPath(
        "short links",
        ("short_link",),
        (
            "cms/content/test_short_links.py::test_a_restricted_page_is_not_given_away",
            "cms/content/test_short_links.py::test_a_restricted_record_is_not_given_away",
        ),
    ),
    ReadPath(
        "A to Z and the tree of pages",
        ("content:a_to_z", "content:sitemap"),
        (
            "cms/content/test_ways.py::test_a_to_z_neither_lists_nor_counts_what_is_restricted",
            "cms/content/test_ways.py::test_the_sitemap_page_shows_the_tree_the_reader_may_see",
        ),
    ),
    ReadPath(
        "suggestions for a wrong address",
        (),
        ("cms/content/test_ways.py::test_what_is_missing_suggests_nothing_restricted",),
    ),
    ReadPath(
        "redirects from old addresses",
        (),
        ("cms/content/test_ways.py::test_a_redirect_does_not_tell_the_address_of_a_restricted_page",),
    ),
    ReadPath(
        "deletion log of forms, in the admin",
        (),
        (
            "plugins/forms/test_deletions.py::test_the_city_s_officer_sees_all_the_unit_s_those_of_the_unit",
            "plugins/forms/test_deletions.py::test_an_owner_sees_those_of_the_own_forms",
            "plugins/forms/test_deletions.py::test_nobody_else_opens_it",
        ),
    ),
    ReadPath(
        "mails that are not out yet, at rest",
        (),
        ("cms/notifications/test_mail.py::test_nobody_reads_keys_and_links_out_of_the_table",),
    ),
    ReadPath(
        "applications from FIT-Connect, their files, and the lists about them",
        (),
        (
            "plugins/forms/test_fit_connect_admin.py::test_others_read_nothing",
            "plugins/forms/test_fit_connect_admin.py::test_case_workers_read_it",
            "plugins/forms/test_fit_connect_scanning.py::test_it_waits_for_the_scanner_and_is_then_given_out",
            "plugins/forms/test_fit_connect_admin.py::test_sent_ones_are_for_operators",
        ),
    ),
    ReadPath(
        "parts of a long sitemap",
        ("sitemap_part",),
        ("cms/content/test_machines.py::test_a_long_sitemap_is_an_index_of_parts",),
    ),
    ReadPath(
        "nothing of anybody",
        (
            "health_live",
            "health_ready",
            "robots",
            "security_txt",
            "favicon",
            "api_schema",
            "api_docs",
            "api_problems",
            "api_unknown",
            "operations:tour",
            "theming:components",
        ),
        why="shows no record: states, the schema, and the demo accounts only where the demo is on",
    ),  # fmt: skip
]
